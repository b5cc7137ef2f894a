"""Compact framing, base64url and size: attacks 1-16."""

import json

from encoding import Members, base64url, write
from proofs import JTI, NOW, TOKEN_ENDPOINT, case
from keys import KEYS


def sized(total):
    """Filler in an ignored member until the compact form is exactly this long."""
    for note in range(4):
        for filler in range(total * 3 // 4 - 700, total * 3 // 4):
            changes = {"header": {"note": "n" * note}, "claims": {"filler": "f" * filler}}
            header = write({"typ": "dpop+jwt", "alg": "ES256", "jwk": KEYS["ES256"].jwk, "note": "n" * note})
            payload = write({"jti": JTI, "htm": "POST", "htu": TOKEN_ENDPOINT, "iat": NOW, "filler": "f" * filler})
            if len(base64url(header.encode())) + len(base64url(payload.encode())) + 88 == total:
                return changes
    raise ValueError("no filler gives that size")


def slack(text):
    """The same octets with a set bit that the decoder throws away."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def with_slack(index):
    def change(header, payload):
        parts = [header, payload]
        parts[index] = slack(parts[index])
        return parts

    return change


def segment(index, change):
    def apply(proof):
        parts = proof.split(".")
        parts[index] = change(parts[index])
        return ".".join(parts)

    return apply


def signed_segment(index, change):
    def apply(header, payload):
        parts = [header, payload]
        parts[index] = change(parts[index])
        return parts

    return apply


def one_mod_four(text):
    return text + "A" * ((1 - len(text)) % 4 or 4)


def serialised(proof, general=False, unprotected=None):
    header, payload, made = proof.split(".")
    signature = {"protected": header, "signature": made}
    if unprotected:
        signature["header"] = unprotected
    whole = {"payload": payload, "signatures": [signature]} if general else {"payload": payload, **signature}
    return json.dumps(whole, separators=(",", ":"))


def plain_alphabet(text):
    return text.replace("-", "+").replace("_", "/")


def add(book):
    malformed = lambda name, title, attacks, **changes: book.refuse(name, title, attacks, "malformedProof", **changes)

    for name, title, whole in (("no-segments", "An empty string is not a proof", lambda p: ""),
                               ("one-segment", "A header alone is not a proof",
                                lambda p: p.split(".")[0]), ("two-segments", "Header and payload without a signature",
                                                             lambda p: p.rsplit(".", 1)[0]),
                               ("four-segments", "A fourth segment behind the signature", lambda p: p + ".AAAA"),
                               ("five-segments", "Five segments are the shape of an encrypted token",
                                lambda p: p + ".AAAA.AAAA"),
                               ("trailing-dot", "A dot behind the signature begins a fourth, empty segment",
                                lambda p: p + "."),
                                ("leading-dot", "A dot before the header begins a fourth, empty segment",
                                                     lambda p: "." + p), ("empty-header", "An empty first segment",
                                                                          segment(0, lambda s: "")),
                               ("empty-payload", "An empty second segment: detached payload", segment(1, lambda s: "")),
                               ("empty-signature", "An empty third segment",
                                segment(2, lambda s: "")), ("two-dots-only", "Three empty segments", lambda p: "..")):
        malformed(name, title, [4] if name == "empty-signature" else [12] if name == "empty-payload" else [1],
                  whole=whole)
    malformed("dots-8192", "As many dots as a proof may have bytes", [2], whole=lambda p: "." * 8192)
    book.refuse("dots-8193", "More bytes than a proof may have, whatever they are", [2, 3], "proofTooLarge",
                whole=lambda p: "." * 8193)
    book.accept("size-8192", "A proof of exactly 8192 bytes", [3], **sized(8192))
    book.refuse("size-8193", "A proof of 8193 bytes", [3], "proofTooLarge", twin="size-8192", **sized(8193))

    for index, name in enumerate(("header", "payload", "signature")):
        malformed("padding-" + name, "Padding behind the %s" % name, [5],
                  whole=segment(index, lambda s: s + "=" * (-len(s) % 4 or 1)))
        if index < 2:
            # An ignored member of the right length leaves slack bits in the last character.
            room = next(n for n in range(3)
                        if len(case(**{("header", "claims")[index]: {"note": "n" * n}})[0]["proof"].split(".")[index]) %
                        4 == 2)
            changes = {("header", "claims")[index]: {"note": "n" * room}}
            book.accept("slack-%s-clear" % name, "A %s whose last character has unused bits, all zero" % name, [6],
                        **changes)
            malformed("slack-%s-set" % name,
                      "A %s whose last character has an unused bit set, signed as it stands" % name, [6],
                      twin="slack-%s-clear" % name, segments=with_slack(index), **changes)
            malformed("length-" + name, "A %s segment whose length is 1 modulo 4, signed as it stands" % name, [7],
                      segments=signed_segment(index, one_mod_four))
        else:
            malformed("slack-signature-set", "A signature whose last character has an unused bit set", [6],
                      whole=segment(2, slack))
            malformed("length-signature", "A signature segment whose length is 1 modulo 4", [7],
                      whole=segment(2, one_mod_four))

    special = {"header": {"note": "???>>>~~~"}, "claims": {"note": "~~~>>>???"}}
    book.accept("url-alphabet", "Header and payload that need the characters - and _", [8], **special)
    for index, name in enumerate(("header", "payload")):
        malformed("plain-alphabet-" + name, "The %s in plain base64, signed as it stands" % name, [8],
                  twin="url-alphabet", segments=signed_segment(index, plain_alphabet), **special)
    malformed("mixed-alphabet", "Only one character of the payload from the plain alphabet", [8], twin="url-alphabet",
              segments=signed_segment(1, lambda s: s.replace("_", "/", 1)
                                      if "_" in s else s.replace("-", "+", 1)), **special)
    malformed("plain-alphabet-signature", "A signature in plain base64", [8], whole=segment(2, lambda s: "+/" + s[2:]))

    odd = {
        "space": " ", "tab": "\t", "cr": "\r", "lf": "\n", "crlf": "\r\n", "nul": "\0", "exclamation": "!", "at": "@",
        "dollar": "$", "percent": "%", "backslash": "\\11", "question": "?", "e-acute": "\u00e9", "kelvin": "\u212a",
        "fullwidth-a": "\uff21", "del": "\x7f"
    }
    for name, character in odd.items():
        for index, place in enumerate(("header", "payload", "signature")):
            malformed("inside-%s-%s" % (place, name), "A stray character (%s) inside the %s" % (name, place),
                      [9, 10] if name == "question" else [9], whole=segment(index, lambda s: s[:8] + character + s[8:]))
    for name, character in (("space", " "), ("lf", "\n"), ("crlf", "\r\n"), ("nul", "\0")):
        malformed("before-" + name, "A stray character (%s) before the proof" % name, [9],
                  whole=lambda p: character + p)
        malformed("behind-" + name, "A stray character (%s) behind the proof" % name, [9],
                  whole=lambda p: p + character)

    malformed("percent-encoded", "A percent-encoded proof", [11], whole=lambda p: p.replace(".", "%2E"))
    malformed("json-quoted", "A proof in JSON quotes", [11], whole=lambda p: '"%s"' % p)
    malformed("json-flattened", "The flattened JSON serialisation", [12], whole=serialised)
    malformed("json-general", "The general JSON serialisation", [12], whole=lambda p: serialised(p, general=True))
    malformed("json-unprotected", "An unprotected header beside the protected one", [13],
              whole=lambda p: serialised(p, unprotected={"kid": "1"}))
    malformed("json-unprotected-alg", "The algorithm only in the unprotected header", [13], header={"alg": "ES256"},
              whole=lambda p: serialised(p, unprotected={"alg": "ES256"}),
              header_text=lambda text: text.replace('"alg":"ES256",', ""))
    malformed(
        "jwe", "An encrypted token with five segments", [14], whole=lambda p: ".".join(
            [base64url(b'{"alg":"dir","enc":"A128GCM","cty":"JWT"}'), "AAAA", "AAAA",
             base64url(p.encode()), "AAAA"]))
    malformed("nested", "A proof whose payload is another proof", [14], payload_text=lambda text: case()[0]["proof"])
    book.accept("cty", "A content type is ignored: the payload is read as claims", [14], header={"cty": "JWT"})
    malformed("cty-nested", "A content type does not make a nested token acceptable", [14], header={"cty": "JWT"},
              twin="cty", payload_text=lambda text: case()[0]["proof"])
    book.accept(
        "encryption-members", "Members of encrypted tokens are ignored and never acted on", [15], header={
            "zip": "DEF", "p2c": 2147483647, "p2s": "AAAA", "enc": "A128GCM", "epk":
            {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
        })

    jwk = KEYS["ES256"].jwk
    book.accept(
        "reordered", "Members in another order", [16], header_text=lambda text: write(
            Members([("jwk", Members(reversed(list(jwk.items())))), ("alg", "ES256"), ("typ", "dpop+jwt")])),
        payload_text=lambda text: write(Members(reversed(list(json.loads(text).items())))))
    spread = lambda text: "\n\t" + json.dumps(json.loads(text), indent=2).replace("\n", "\r\n") + " \t\r\n"
    book.accept("white-space", "White space of every kind around the JSON", [16], header_text=spread,
                payload_text=spread)
