"""Once only: replays, starts and a store in trouble: attacks 86, 108, 129-142."""

from proofs import JTI, NOW
from target import SITE


def add_replays(book):
    book.again("replay-at-once", "The same proof twice", [129], "plain", "replayed", after=["plain"])
    book.again("replay-twice", "And a third time", [129], "plain", "replayed", after=["plain", "plain"])
    book.again("replay-resource", "The same proof twice at a resource", [129], "plain-resource", "replayed",
               after=["plain-resource"])
    for alg in ("es384", "es512", "ed25519", "eddsa", "ps256", "rs256"):
        book.again("replay-" + alg, "The same proof twice, " + alg, [129], "plain-" + alg, "replayed",
                   after=["plain-" + alg])
    book.accept("replay-signed-again-alone", "The same claims signed again", [129])
    book.again("replay-signed-again", "A new signature over the same claims does not make a new proof", [129],
               "replay-signed-again-alone", "replayed", after=["plain"])
    book.accept("replay-other-iat-alone", "The same jti with a later iat", [129], claims={"iat": NOW + 5})
    book.again("replay-other-iat", "A jti is spent, whatever iat it comes with", [129], "replay-other-iat-alone",
               "replayed", after=["plain"])
    book.accept("replay-other-method-alone", "The same jti for another method", [129], method="GET")
    book.again("replay-other-method", "The method is no part of what is remembered", [129], "replay-other-method-alone",
               "replayed", after=["plain"])
    book.accept("replay-other-spelling-alone", "The same target in another spelling", [108],
                htu="HTTPS://SERVER.example.com:443/x/../%74oken?a=b#c")
    book.again("replay-other-spelling", "Another spelling of the target does not make a new proof", [108],
               "replay-other-spelling-alone", "replayed", after=["plain"])
    book.again("replay-other-request-spelling-alone", "The same proof, and the request in another spelling", [108],
               "plain", url="https://server.example.com:443/token?b")
    book.again("replay-other-request-spelling", "Neither does another spelling of the request", [108],
               "replay-other-request-spelling-alone", "replayed", after=["plain"])
    book.accept("replay-escaped-jti-alone", "The same jti spelt with an escape", [86],
                payload_text=lambda text: text.replace('"jti":"-', '"jti":"\\u002d'))
    book.again("replay-escaped-jti", "An escape does not make a new jti", [86], "replay-escaped-jti-alone", "replayed",
               after=["plain"])
    book.accept("replay-other-alg-name-alone", "The same key and claims under the other name of the algorithm", [129],
                key="Ed25519", alg="EdDSA")
    book.again("replay-other-alg-name", "The two names of Ed25519 share one memory", [129],
               "replay-other-alg-name-alone", "replayed", after=["plain-ed25519"])

    book.accept("distinct-jti-case", "A jti that differs in case", [86], claims={"jti": JTI.swapcase()},
                after=["plain"])
    book.accept("distinct-jti-composed", "A jti with one composed character", [86], claims={"jti": "caf\u00e9"})
    book.accept("distinct-jti-decomposed", "The same text decomposed is another jti", [86],
                claims={"jti": "cafe\u0301"}, after=["distinct-jti-composed"])
    book.accept("distinct-key", "Another key with the same jti", [139], key="ES256-other", after=["plain"])
    book.accept("distinct-target", "The same jti at another target", [139], url=SITE + "/other", after=["plain"])
    book.accept("distinct-jti-space", "A trailing space is part of a jti", [86], claims={"jti": JTI + " "},
                after=["plain"])
    book.accept("lengths-first", "A target that ends where the jti of the next begins", [139], url=SITE + "/ab",
                claims={"jti": "c"})
    book.accept("lengths-second", "The same characters, divided elsewhere", [139], url=SITE + "/a",
                claims={"jti": "bc"}, after=["lengths-first"])
    book.accept("lengths-nul-free", "A jti that looks like a target and a jti", [139], url=SITE + "/a",
                claims={"jti": "b\",\"c"}, after=["lengths-first", "lengths-second"])

    for name, failing in (("ath", "ath-other-token"), ("binding", "jkt-other-key")):
        book.again("unburnt-" + name, "A proof that failed on its %s did not spend the jti" % name, [131],
                   "plain-resource", after=[failing])
    for name, failing in (("signature", "flip-es256-last"), ("method", "htm-request-lower"),
                          ("target", "htu-other-path"), ("expiry", "exp-10-before"), ("type", "typ-jwt")):
        book.again("unburnt-" + name, "A proof that failed on its %s did not spend the jti" % name, [131], "plain",
                   after=[failing])
    book.again("unburnt-nonce", "A proof that failed on its nonce did not spend the jti", [131], "nonce-right",
               after=["nonce-missing", "nonce-other"])
    book.again("unburnt-then-burnt", "Once accepted it is spent", [131], "plain", "replayed",
               after=["flip-es256-last", "plain"])

    for name, iat, last in (("ahead", NOW + 10, NOW + 70.999), ("now", NOW, NOW + 60.999), ("old", NOW - 60,
                                                                                            NOW + 0.999)):
        first = "remembered-%s-first" % name
        book.accept(first, "A proof, seen for the first time (%s)" % name, [133, 134], claims={"iat": iat})
        for kind, now in (("edge", last), ("before-edge", last - 0.5)):
            late = "remembered-%s-%s-alone" % (name, kind)
            book.again(late, "The same proof in the last second of its window, for the first time (%s)" % name,
                       [133, 134], first, now=now)
            book.again("remembered-%s-%s" % (name, kind), "In that second it is still remembered (%s)" % name,
                       [133, 134], late, "replayed", after=[first])
        book.again("remembered-%s-late" % name, "One second later its age refuses it (%s)" % name, [133, 134], first,
                   "issuedTooLongAgo", after=[first], now=int(last) + 1)
    mcp = {"preset": "mcp"}
    book.accept("remembered-mcp-first", "A proof dated 300 seconds ahead", [133], claims={"iat": NOW + 300}, policy=mcp)
    book.again("remembered-mcp-alone", "The same proof 600 seconds later, for the first time", [133],
               "remembered-mcp-first", now=NOW + 600)
    book.again("remembered-mcp", "After 600 seconds it is still remembered", [133], "remembered-mcp-alone", "replayed",
               after=["remembered-mcp-first"])


def add_conditions(book):
    fills = []
    for number, key in enumerate(("ES256", "ES256-other", "Ed25519")):
        name = "fill-%d" % (number + 1)
        book.accept(name, "A proof that takes a place in the store, by a key of its own", [135], key=key,
                    claims={"jti": name})
        fills.append(name)
    room, full = {"capacity": 3}, {"capacity": 2}
    book.again("capacity-enough", "The third proof in a store for three", [135], "fill-3", after=fills[:2], store=room)
    book.vectors["capacity-enough"].pop("twin", None)
    book.again("capacity-reached", "The third proof in a store for two: refused, nothing live is forgotten", [135],
               "fill-3", "replayStoreFull", after=fills[:2], store=full)
    for number in (1, 2):
        book.again("capacity-replay-%d" % number, "A full store still knows what it saw (%d)" % number, [135],
                   fills[number - 1], "replayed", after=fills, store=full)
    book.accept("capacity-later", "Long after, the places are free again", [135], claims={"jti": "later"},
                now=NOW + 100000, after=fills[:2], store=full)

    for number in (1, 2, 3):
        book.accept("share-%d" % number, "One of many proofs by one key", [136], claims={"jti": "share-%d" % number})
    book.again("share-enough", "The second proof of a key that may hold two places", [136], "share-2",
               after=["share-1"], store={"keyShare": 2})
    book.again("share-reached", "The third proof of a key that may hold two places", [136], "share-3", "tooManyProofs",
               after=["share-1", "share-2"], store={"keyShare": 2})
    book.again("share-other-key", "Another key is not affected", [136], "fill-2", after=["share-1", "share-2"],
               store={"keyShare": 2})
    book.again("share-replay", "A key over its share gets the same answer for a replay as ever", [136], "share-1",
               "replayed", after=["share-1", "share-2"], store={"keyShare": 2})
    book.again("share-failures", "Proofs that nobody signed do not count against a key", [136, 137], "share-3",
               after=["flip-es256-first", "flip-es256-middle", "flip-es256-last", "share-1"], store={"keyShare": 2})
    book.again("flood-failures", "Proofs that nobody signed take no place", [137], "fill-3",
               after=["flip-es256-first", "flip-es256-middle", "flip-es256-last", "fill-1"], store=full)
    book.again("store-unavailable", "The store does not answer: nothing is accepted", [135, 145], "plain",
               "replayStoreUnavailable", store={"unavailable": True})
    book.again("store-unavailable-bad-signature", "A bad signature is found before the store is asked", [131], "plain",
               "badSignature", proof=book.vectors["flip-es256-last"]["proof"], store={"unavailable": True})

    for name, since in (("whole", NOW - 5), ("fraction", NOW - 4.001)):
        book.accept("start-%s-at" % name, "Issued in the second in which the store began (%s)" % name, [142],
                    claims={"iat": NOW - 5}, store={"remembersSince": since})
        book.refuse("start-%s-before" % name, "Issued in the second before the store began (%s)" % name, [142],
                    "issuedBeforeStart", twin="start-%s-at" % name, claims={"iat":
                                                                            NOW - 6}, store={"remembersSince": since})
    book.accept("start-long-ago", "A store that began long ago", [142], claims={"iat": NOW - 60},
                store={"remembersSince": NOW - 100000})
    book.accept("start-now-ahead", "Issued ahead of the start", [142], claims={"iat": NOW + 10},
                store={"remembersSince": NOW})
    book.accept("start-with-nonce", "Where nonces are required the age of the nonce counts, not iat", [142],
                nonce="fresh-since-the-start", claims={"iat": NOW - 6}, store={"remembersSince": NOW - 5})


def add(book):
    add_replays(book)
    add_conditions(book)
