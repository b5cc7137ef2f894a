"""The JSON of header and payload: attacks 17-28."""

import zlib

from encoding import base64url


def inside(extra):
    """More members, as raw text, before the closing brace."""
    if isinstance(extra, str):
        extra = extra.encode()
    return lambda text: text.encode()[:-1] + b"," + extra + b"}"


def nested(opening, inner, closing, levels):
    """An ignored member, so that the whole text is `levels` deep."""
    return inside('"deep":' + opening * (levels - 1) + inner + closing * (levels - 1))


def add_duplicates(book):
    def refuse(name, title, **changes):
        book.refuse("duplicate-" + name, title, [17], "malformedProof", **changes)

    refuse("alg", "The same alg twice", header_text=inside('"alg":"ES256"'))
    refuse("alg-escaped", "The same alg twice, once spelt with an escape", header_text=inside('"\\u0061lg":"ES256"'))
    refuse("alg-other", "A second alg of another value", header_text=inside('"alg":"none"'))
    refuse("typ", "The same typ twice", header_text=inside('"typ":"dpop+jwt"'))
    refuse("jwk", "A second jwk", header_text=inside('"jwk":{}'))
    refuse("jwk-x", "The same coordinate twice in the key",
           header_text=lambda text: text.replace('"kty":"EC"', '"kty":"EC","kty":"EC"'))
    refuse("jwk-escaped", "The same member twice in the key, once spelt with escapes",
           header_text=lambda text: text.replace('"kty":"EC"', '"kty":"EC","\\u006b\\u0074\\u0079":"EC"'))
    refuse("jti", "The same jti twice", payload_text=lambda text: text.replace('"htm"', '"jti":"b","htm"'))
    refuse("iat", "The same iat twice", payload_text=inside('"iat":1700000000'))
    refuse("htu-escaped", "A second htu spelt with an escape",
           payload_text=inside('"ht\\u0075":"https://evil.example/"'))
    refuse("unknown-header", "An unknown header member twice", header_text=inside('"note":1,"note":1'))
    refuse("unknown-payload", "An unknown claim twice", payload_text=inside('"note":1,"note":2'))
    refuse("nested", "A duplicate inside an ignored member", payload_text=inside('"note":{"a":1,"a":1}'))
    refuse("in-array", "A duplicate inside an object inside an array",
           payload_text=inside('"note":[{"a":[{"b":0,"b":0}]}]'))
    refuse("empty-name", "The empty name twice", payload_text=inside('"":1,"":1'))
    refuse("beyond-bmp", "A name beyond the basic plane, raw and as a surrogate pair",
           payload_text=inside('"\U0001d11e":1,"\\ud834\\udd1e":1'))
    book.accept("same-name-elsewhere", "One name in two different objects", [17],
                payload_text=inside('"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]'))
    book.accept("case-is-distinct", "Names that differ only in case are different and unknown", [17],
                header_text=inside('"ALG":"none","Typ":"JWT"'), payload_text=inside('"JTI":1,"Iat":0'))
    book.accept("canonical-equivalence", "Names equal only under Unicode normalisation stay distinct", [18],
                payload_text=inside('"\u00e9":1,"e\u0301":2,"\u212b":3,"\u00c5":4,"A\u030a":5'))


def add_shapes(book):
    def refuse(name, title, attacks, **changes):
        book.refuse(name, title, attacks, "malformedProof", **changes)

    for place in ("header", "payload"):
        text = place + "_text"
        for kind, opening, inner, closing in (("arrays", "[", "0", "]"), ("objects", '{"a":', "0", "}")):
            name = "depth-%s-%s" % (place, kind)
            book.accept(name + "-16", "A %s 16 deep in %s" % (place, kind), [19],
                        **{text: nested(opening, inner, closing, 16)})
            refuse(name + "-17", "A %s 17 deep in %s" % (place, kind), [19], twin=name + "-16",
                   **{text: nested(opening, inner, closing, 17)})
        refuse("flood-%s-arrays" % place, "Nothing but opening brackets", [19], **{text: lambda t: "[" * 5600})
        refuse("flood-%s-objects" % place, "Nothing but opening objects", [19], **{text: lambda t: '{"a":' * 1100})
        for kind, whole in (("array", "[]"), ("string", '"a"'), ("number", "1"), ("null", "null"), ("true", "true"),
                            ("blank", " "), ("text", "a"), ("array-around", None)):
            refuse("top-%s-%s" % (place, kind), "A %s that is not an object (%s)" % (place, kind), [20],
                   **{text: (lambda w: lambda t: w or "[" + t + "]")(whole)})
        for kind, change in (("letter", lambda t: t + "x"), ("brace", lambda t: t + "}"), ("comma", lambda t: t + ","),
                             ("object", lambda t: t + "{}"), ("nul", lambda t: t + "\0"), ("cut", lambda t: t[:-1]),
                             ("bom", lambda t: "\ufeff" + t), ("form-feed", lambda t: t + "\f"),
                             ("no-break-space", lambda t: "\u00a0" + t), ("utf-16", lambda t: t.encode("utf-16-le"))):
            refuse("around-%s-%s" % (place, kind), "A %s with something else around it or cut off (%s)" % (place, kind),
                   [21], **{text: change})
        refuse("empty-object-text-" + place, "A %s in comments" % place, [22], **{text: lambda t: "/**/" + t})
    refuse("compressed", "A compressed payload is not JSON", [15], header={"zip": "DEF"}, twin="encryption-members",
           segments=lambda header, payload: (header, base64url(zlib.compress(b'{"jti":"a"}')[2:-4])))

    for name, extra in (("comment", '/*c*/"a":1'), ("line-comment", '"a":1//c\n'), ("trailing-comma", '"a":1,'),
                        ("double-comma", ',"a":1'), ("single-quotes", "'a':1"), ("unquoted", "a:1"),
                        ("no-colon", '"a" 1'), ("no-value", '"a":'), ("array-comma", '"a":[1,]'),
                        ("array-open", '"a":[1'),
                        ("literal-case", '"a":True'), ("literal-cut", '"a":nul'), ("undefined", '"a":undefined')):
        refuse("syntax-" + name, "Not the grammar of RFC 8259 (%s)" % name, [22], payload_text=inside(extra))
    for name, number in (("nan", "NaN"), ("infinity", "Infinity"), ("minus-infinity", "-Infinity"), ("hex", "0x10"),
                         ("plus", "+1"), ("leading-zero", "01"), ("minus-leading-zero", "-01"), ("no-fraction", "1."),
                         ("no-integer", ".5"), ("no-exponent", "1e"), ("no-signed-exponent", "1e+"), ("minus", "-"),
                         ("minus-minus", "--1"), ("no-fraction-exponent", "1.e5"), ("underscore", "1_000"),
                         ("comma", "1,5e"), ("arabic", "\u0661")):
        book.refuse("number-" + name, "Not a JSON number, in an ignored member: " + number, [22], "malformedProof",
                    twin="numbers-ignored", payload_text=inside('"a":' + number))


def add_text(book):
    for name, raw in (("lone-continuation", b"\x80"), ("overlong-nul", b"\xc0\x80"), ("overlong-slash", b"\xc0\xaf"),
                      ("overlong-three", b"\xe0\x80\xaf"), ("surrogate", b"\xed\xa0\x80"),
                      ("surrogate-pair", b"\xed\xa0\xb4\xed\xb4\x9e"), ("too-high", b"\xf4\x90\x80\x80"),
                      ("five-bytes", b"\xf8\x88\x80\x80\x80"), ("cut-two", b"\xc3"), ("cut-three", b"\xe2\x82"),
                      ("cut-four", b"\xf0\x9d\x84"), ("latin-1", b"\xe9"), ("fe", b"\xfe"), ("ff", b"\xff")):
        book.refuse("utf8-payload-" + name, "Invalid UTF-8 in the payload (%s)" % name, [24], "malformedProof",
                    twin="text-accepted", payload_text=inside(b'"note":"' + raw + b'"'))
    book.refuse("utf8-header", "Invalid UTF-8 in the header", [24], "malformedProof",
                header_text=inside(b'"note":"\xff"'))
    book.refuse("utf8-jti", "Invalid UTF-8 in a claim that is used", [24], "malformedProof",
                payload_text=lambda text: text.encode().replace(b'"jti":"', b'"jti":"\xff'))
    book.refuse("utf8-name", "Invalid UTF-8 in a name", [24], "malformedProof", payload_text=inside(b'"\xc3":1'))
    for name, extra in (("high", '"note":"\\ud800"'), ("low", '"note":"\\udc00"'),
                        ("reversed", '"note":"\\udd1e\\ud834"'),
                        ("high-then-text", '"note":"\\ud834x"'), ("high-high", '"note":"\\ud834\\ud834"'),
                        ("in-name", '"\\ud800":1'), ("deep", '"note":[{"a":"\\udfff"}]')):
        book.refuse("surrogate-" + name, "A lone surrogate escape (%s)" % name, [25], "malformedProof",
                    twin="text-accepted", payload_text=inside(extra))
    book.refuse("surrogate-header", "A lone surrogate escape in the header", [25], "malformedProof",
                header_text=inside('"note":"\\uDBFF"'))
    for name, extra in (("nul", '"note":"\0"'), ("lf", '"note":"a\nb"'), ("tab", '"note":"\t"'),
                        ("unit-separator", '"note":"\x1f"'), ("in-name", '"a\n":1')):
        book.refuse("control-" + name, "A raw control character in a string (%s)" % name, [26], "malformedProof",
                    twin="text-accepted", payload_text=inside(extra))
    for name, escape in (("letter", "\\x41"), ("short", "\\u12"), ("sign", "\\u+041"), ("upper-u", "\\U00000041"),
                         ("quote", "\\'"), ("brace", "\\u{41}"), ("not-hex", "\\u00g0"), ("line", "\\\n")):
        book.refuse("escape-" + name, "Not a JSON escape (%s)" % name, [22], "malformedProof", twin="text-accepted",
                    payload_text=inside('"note":"%s"' % escape))
    book.refuse("string-open", "A string that never ends", [22], "malformedProof",
                payload_text=lambda text: text[:-1] + ',"note":"a}')


def add(book):
    book.accept(
        "numbers-ignored", "Every spelling of a number, in an ignored member", [22, 27], payload_text=inside(
            '"a":[0,-0,10,0.5,-1.25,1e5,1E+5,2e-3,1e400,-1e400,%s,0.%s]' % ("9" * 400, "0" * 400 + "1")))
    book.accept(
        "text-accepted", "Every kind of text and escape, in ignored members", [24, 25, 26], payload_text=inside(
            '"note":"\u00e9\u20ac\U0001d11e\U0010ffff\x7f\ufeff\\ud834\\udd1e\\u0000\\"\\\\\\/\\b\\f\\n\\r\\t","":{}'))
    book.accept("unknown-members", "Members that nobody knows are ignored, of every type", [28],
                header={"kind": None, "x-note": [1, {"a": "b"}], "":
                        False}, jwk={"note": {"a": []}, "exporter": True, "kid": 7},
                claims={"iss": 5, "sub": None, "aud": {}, "cnf": "x", "ath256": [], "scope": True, "iaT": "x"})
    book.accept(
        "escaped-names", "Names and values spelt with escapes", [16, 28], header_text=lambda t: t.replace(
            '"typ":"dpop+jwt"', '"\\u0074yp":"\\u0064pop\\u002bjwt"').replace('"alg":"ES', '"al\\u0067":"\\u0045S'),
        payload_text=lambda t: t.replace('"htu":"https://', '"ht\\u0075":"https:\\/\\/').replace(
            '"POST"', '"P\\u004fST"'))
    book.accept("many-members", "Three hundred ignored members", [27],
                payload_text=inside(",".join('"m%d":%d' % (n, n) for n in range(300))))
    add_duplicates(book)
    add_shapes(book)
    add_text(book)
