"""Access token hash, key binding and nonce, and the error for a proof that is also out of time: attacks 87, 88, 160."""

import base64
import hashlib

from book import resource
from encoding import base64url
from keys import KEYS
from proofs import GONE, NOW, TOKEN, token_hash

NONCE = "eyJ7S_zG.eyJH0-Z.HX4w-7v"


def add_hash(book):
    digest = hashlib.sha256(TOKEN.encode()).digest()
    right = token_hash(TOKEN)
    # A token whose hash needs the characters - and _, unlike the one of the RFC.
    special = next(token for token in map("token-{}".format, range(1000)) if {"-", "_"} <= set(token_hash(token)))
    special_digest = hashlib.sha256(special.encode()).digest()
    book.accept("ath-url-alphabet", "A hash with the characters - and _", [87], **resource(token=special))
    for name, ath in (("plain-base64", base64.b64encode(special_digest).decode()),
                      ("plain-alphabet", base64.b64encode(special_digest).decode().rstrip("="))):
        book.refuse("ath-" + name, "The right hash in plain base64 (%s)" % name, [87], "accessTokenHashMismatch",
                    twin="ath-url-alphabet", claims={"ath": ath}, **resource(token=special))
    for name, ath in (("other-token", token_hash("other")), ("padded", right + "="), ("hex", digest.hex()),
                      ("sha512", base64url(hashlib.sha512(TOKEN.encode()).digest())),
                      ("slack", right[:-1] + chr(ord(right[-1]) + 1)), ("empty", ""), ("cut", right[:-1]),
                      ("longer", right + "A"), ("space", right + " "), ("token-itself", TOKEN),
                      ("half", base64url(digest[:16])), ("twice", base64url(hashlib.sha256(digest).digest())),
                      ("case", right.swapcase()), ("token-with-space", token_hash(TOKEN + " ")),
                      ("token-with-newline", token_hash(TOKEN + "\n")),
                      ("token-with-scheme", token_hash("DPoP " + TOKEN))):
        book.refuse("ath-" + name, "A hash that is not the one of the token (%s)" % name,
                    [6, 87] if name == "slack" else [87], "accessTokenHashMismatch", twin="plain-resource",
                    claims={"ath": ath}, **resource())
    book.accept("ath-unexpected", "A hash where no token is in play is ignored", [87],
                claims={"ath": token_hash("any")})
    book.accept("ath-unexpected-shape", "Also one that is no hash at all", [87], claims={"ath": "\u00e9"})
    for name, token in (("short", "a"), ("with-space-inside", "a b"), ("long", "t" * 4096)):
        book.accept("ath-token-" + name, "The hash covers exactly the octets of the token (%s)" % name, [87],
                    **resource(token=token))


def add_binding(book):
    other = KEYS["ES256-other"].thumbprint()
    book.refuse("jkt-other-key", "A thief's own key with the right hash of the stolen token", [88],
                "keyBindingMismatch", twin="plain-resource", **resource(jkt=other))
    book.refuse("jkt-thief", "The same seen from the thief: a good proof by a key that the token is not bound to", [88],
                "keyBindingMismatch", twin="jkt-owner", key="ES256-other", **resource(jkt=KEYS["ES256"].thumbprint()))
    book.accept("jkt-owner", "The owner of the other key with a token bound to it", [88], key="ES256-other",
                **resource())
    own = KEYS["ES256"].thumbprint()
    for name, key in (("es384", "ES384"), ("ed25519", "Ed25519"), ("rsa-2048", "RSA-2048")):
        book.accept("jkt-" + name, "A token bound to a key of another kind (%s)" % name, [88], key=key, **resource())
        book.refuse("jkt-%s-other" % name, "A key of another kind than the bound one (%s)" % name, [88],
                    "keyBindingMismatch", twin="jkt-" + name, key=key, **resource(jkt=own))


def add_nonce(book):
    for name, nonce, code in (("missing", GONE, "nonceMissing"), ("empty", "", "nonceInvalid"),
                              ("other", "other", "nonceInvalid"), ("cut", NONCE[:-1], "nonceInvalid"),
                              ("longer", NONCE + "A", "nonceInvalid"), ("padded", NONCE + "=", "nonceInvalid"),
                              ("case", NONCE.swapcase(), "nonceInvalid"), ("nul", NONCE + "\0", "nonceInvalid"),
                              ("space", NONCE + " ", "nonceInvalid"), ("long", "n" * 4000, "nonceInvalid")):
        book.refuse("nonce-" + name, "A nonce is required, the proof has another or none (%s)" % name, [157, 160], code,
                    twin="nonce-right", nonce=NONCE, claims={"nonce": nonce})
    book.accept("nonce-right", "The nonce that the server asked for", [160], nonce=NONCE)
    book.accept("nonce-right-resource", "The nonce that a resource server asked for", [160], nonce=NONCE, **resource())
    book.accept("nonce-unexpected", "A nonce where none is required is ignored", [160], claims={"nonce": "any"})
    book.accept("nonce-unexpected-empty", "Also an empty one", [160], claims={"nonce": ""})
    for name, claims, code in (("too-old", {"iat":
                                            NOW - 61}, "issuedTooLongAgo"), ("too-new", {"iat":
                                                                                         NOW + 11}, "issuedInFuture"),
                               ("expired", {"exp": NOW - 10}, "expired"), ("not-yet", {"nbf":
                                                                                       NOW + 11}, "notYetValid")):
        book.refuse("nonce-right-" + name, "Out of time in spite of the right nonce (%s)" % name, [160], code,
                    twin="nonce-right", nonce=NONCE, claims=claims)
        for kind, nonce in (("missing", GONE), ("wrong", "other")):
            book.refuse("nonce-%s-%s" % (kind, name),
                        "Out of time, and without the right nonce: fetching one gives the client the time (%s)" % name,
                        [160], code, twin="nonce-right", error="use_dpop_nonce", nonce=NONCE,
                        claims={**claims, "nonce": nonce})


def add(book):
    add_hash(book)
    add_binding(book)
    add_nonce(book)
