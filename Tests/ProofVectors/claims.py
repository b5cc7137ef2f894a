"""Presence and shape of the claims, the method, and the bounds of time: attacks 78-86, 91, 92, 134."""

from book import resource
from encoding import Raw
from proofs import GONE, NOW

LAST = 253402300799


def add_presence(book):
    for claim in ("jti", "htm", "htu", "iat"):
        book.refuse("missing-" + claim, "No " + claim, [78], "missingClaim", claim, claims={claim: GONE})
    book.refuse("missing-ath", "No hash of the access token", [78], "missingClaim", "ath", twin="plain-resource",
                claims={"ath": GONE}, **resource())
    book.refuse("missing-everything", "An empty payload object: jti is looked for first", [78], "missingClaim", "jti",
                payload_text=lambda text: "{}")

    for name, title, jti in (("one-byte", "of one octet", "a"), ("256-bytes", "of 256 octets", "j" * 256),
                             ("256-bytes-utf8", "of 128 characters in 256 octets",
                              "\u00e9" * 128), ("blank", "of one space",
                                                " "), ("c1-control", "with a character of U+0080 to U+009F",
                                                       "a\u0085b"), ("separator", "with a line separator", "a\u2028b"),
                             ("quotes", "with quotes and backslashes", 'a"\\/b')):
        book.accept("jti-" + name, "A jti " + title, [85], claims={"jti": jti})
    for name, title, jti in (("empty", "of no octets", ""), ("257-bytes", "of 257 octets", "j" * 257),
                             ("257-bytes-utf8", "of 129 characters in 257 octets", "\u00e9" * 128 + "a"),
                             ("nul", "with U+0000", "a\0b"), ("newline", "with a line feed", "a\nb"),
                             ("unit-separator", "with U+001F", "\x1f"), ("delete", "with U+007F", "a\x7f")):
        book.refuse("jti-" + name, "A jti " + title, [85, 26] if name == "nul" else [85], "malformedClaim", "jti",
                    twin="jti-256-bytes" if "257" in name else "plain", claims={"jti": jti})


def add_numbers(book):
    for claim in ("iat", "exp", "nbf"):
        for name, text in (("exponent", "17e8"), ("exponent-plain", "1700000000e0"),
                           ("exponent-negative", "17000000000E-1"), ("negative", "-1"), ("minus-zero", "-0"),
                           ("minus-zero-fraction", "-0.0"), ("minus-half", "-0.5"), ("beyond", str(LAST + 1)),
                           ("milliseconds", "1700000000000"), ("2-53", str(2**53)), ("2-53-plus-1", str(2**53 + 1)),
                           ("2-63-minus-1", str(2**63 - 1)), ("minus-2-63", str(-2**63)), ("2-64", str(2**64)),
                           ("2-64-and-now", str(2**64 + NOW)), ("1e308", "1e308"), ("1e400", "1e400"),
                           ("400-digits", "1" * 400)):
            book.refuse("%s-%s" % (claim, name), "%s is %s" % (claim, name),
                        [83] if name == "milliseconds" else [80] if "exponent" in name else [81], "malformedClaim",
                        claim, claims={claim: Raw(text)})
    book.refuse("iat-string", "iat as text", [79], "malformedClaim", "iat", claims={"iat": "1700000000"})
    for name, text in (("fraction-zero", "1700000000.0"), ("fraction-half", "1700000000.5"),
                       ("fraction-high", "1700000000.999999999999999999999"),
                       ("fraction-400-digits", "1700000000." + "3" * 400)):
        book.accept("iat-" + name, "A fraction in iat is cut off (%s)" % name, [80], claims={"iat": Raw(text)})
    for name, iat, now in (("zero", 0, 0), ("2-31", 2**31, 2**31), ("2-32", 2**32, 2**32), ("last", LAST, LAST)):
        book.accept("iat-%s-at-its-time" % name, "iat %d at its own time" % iat, [81], now=now, claims={"iat": iat})
    book.accept("iat-last-fraction", "The last second with a fraction is floored before it is bounded", [81], now=LAST,
                claims={"iat": Raw("%d.9" % LAST)})
    for name, iat in (("zero", 0), ("2-31-minus-1", 2**31 - 1 - 10**9)):
        book.refuse("iat-%s-long-ago" % name, "iat %d is well formed but long ago" % iat, [81], "issuedTooLongAgo",
                    claims={"iat": iat})
    for name, iat in (("2-31", 2**31), ("2-32", 2**32), ("last", LAST)):
        book.refuse("iat-%s-in-future" % name, "iat %d is well formed but far ahead" % iat, [81], "issuedInFuture",
                    claims={"iat": iat})


def add_window(book):
    def edges(prefix, attacks, age, future, **changes):
        for name, iat, now in (("oldest", NOW - age, NOW), ("oldest-late", NOW - age, NOW + 0.999),
                               ("newest", NOW + future, NOW), ("newest-late", NOW + future, NOW + 0.5)):
            book.accept("%s-%s" % (prefix, name), "iat %d seconds from now, at %s" % (iat - NOW, now), attacks,
                        claims={"iat": iat}, now=now, **changes)
        for name, code, iat, now in (("too-old", "issuedTooLongAgo", NOW - age - 1,
                                      NOW), ("too-old-late", "issuedTooLongAgo", NOW - age - 1,
                                             NOW + 0.001), ("too-new", "issuedInFuture", NOW + future + 1, NOW),
                                     ("too-new-late", "issuedInFuture", NOW + future + 1, NOW + 0.999)):
            twin = "%s-%s" % (prefix, "oldest" if "old" in name else "newest")
            book.refuse("%s-%s" % (prefix, name), "iat %d seconds from now, at %s" % (iat - NOW, now), attacks, code,
                        twin=twin, claims={"iat": iat}, now=now, **changes)

    edges("window", [82], 60, 10)
    edges("window-fapi2", [82], 60, 10, policy={"preset": "fapi2"})
    edges("window-mcp", [82], 300, 300, policy={"preset": "mcp"})
    edges("window-own", [82], 5, 0, policy={"maximumAge": 5, "maximumFuture": 0})
    for name, iat, now in (("old-before", NOW - 60, NOW + 0.999), ("new-after", NOW + 11, NOW + 1)):
        book.accept("tick-" + name, "A millisecond this side of the edge", [134], claims={"iat": iat}, now=now)
    book.refuse("tick-old-at", "On the next second it is too old", [134], "issuedTooLongAgo", twin="tick-old-before",
                claims={"iat": NOW - 60}, now=NOW + 1)
    book.refuse("tick-new-before", "A millisecond earlier it is too new", [134], "issuedInFuture",
                twin="tick-new-after", claims={"iat": NOW + 11}, now=NOW + 0.999)
    book.accept("iat-fraction-oldest", "A fraction does not make the oldest second younger or older", [80, 82],
                claims={"iat": Raw("%d.999" % (NOW - 60))})
    book.accept("iat-fraction-newest", "The newest second with a fraction is floored", [80, 82],
                claims={"iat": Raw("%d.999" % (NOW + 10))})
    book.refuse("iat-fraction-too-old", "A fraction does not save a second that is too old", [80, 82],
                "issuedTooLongAgo", twin="iat-fraction-oldest", claims={"iat": Raw("%d.999" % (NOW - 61))})

    def bounded(claim, good, bad, code, policy=None):
        extra = {"policy": policy} if policy else {}
        suffix = "-no-skew" if policy else ""
        for name, value in good:
            book.accept("%s-%s%s" % (claim, name, suffix), "%s is %s, in seconds from now" % (claim, name), [84],
                        claims={claim: value}, **extra)
        for name, value in bad:
            book.refuse("%s-%s%s" % (claim, name, suffix), "%s is %s, in seconds from now" % (claim, name), [84], code,
                        twin="%s-%s%s" % (claim, good[0][0], suffix), claims={claim: value}, **extra)

    bounded("exp", (("9-before", NOW - 9), ("1-ahead", NOW + 1), ("last", LAST), ("9-and-fraction-before", NOW - 8.5)),
            (("10-before", NOW - 10), ("10-less-fraction-before", Raw("%d.9" % (NOW - 10))), ("at-zero", 0)), "expired")
    bounded("nbf", (("10-ahead", NOW + 10), ("zero", 0), ("10-and-fraction-ahead", Raw("%d.5" % (NOW + 10)))),
            (("11-ahead", NOW + 11), ("at-last", LAST)), "notYetValid")
    bounded("exp", (("1-ahead", NOW + 1), ), (("now", NOW), ), "expired", {"clockSkew": 0})
    bounded("nbf", (("now", NOW), ), (("1-ahead", NOW + 1), ), "notYetValid", {"clockSkew": 0})


def add(book):
    add_presence(book)
    add_numbers(book)
    add_window(book)
    for name, sent, htm in (("lower", "GET", "get"), ("mixed", "GET", "Get"), ("head", "GET", "HEAD"),
                            ("post", "GET", "POST"), ("space", "GET", " GET"), ("nul", "GET", "GET\0"),
                            ("crlf", "GET", "GET\r\n"), ("empty", "GET", ""), ("long", "GET", "G" * 3000),
                            ("long-s", "POST", "PO\u017fT"), ("fullwidth", "GET", "\uff27ET"), ("prefix", "GET", "GE"),
                            ("longer", "GET", "GETS"), ("list", "GET", "GET,POST")):
        book.refuse("htm-" + name, "A method that differs (%s)" % name,
                    [91] if name in ("lower", "mixed", "long-s") else [92], "methodMismatch",
                    twin="plain-resource" if sent == "GET" else "plain", claims={"htm": htm},
                    **(resource() if sent == "GET" else {}))
    book.refuse("htm-request-lower", "The server saw get, the proof says GET", [91], "methodMismatch",
                twin="htm-get-lower-both", method="get", claims={"htm": "GET"})
    book.accept("htm-get-lower-both", "A method in lower case is a method of its own", [91], method="get")
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "QUERY", "M-SEARCH"):
        book.accept("htm-" + method.lower() + "-accepted", "The method " + method, [92], method=method)
