"""What goes wrong, by accident or on purpose. What each defect leads to is for the verifier to say."""

from encoding import Raw, base64url, octets, unbase64url
from keys import KEYS
from proofs import token_hash

VALUES = (None, True, False, 0, 1, -1, "", "a", [], {}, [1], {"a": 1}, Raw("-0"), Raw("1e3"), Raw("1.5"), Raw("9" * 30),
          "\u0000", "x" * 300)
HTUS = ("https://server.example.com/%zz", "/token", "", "https://u@server.example.com/",
        "ftp://server.example.com/token", "https://server.example.com:0443/", "https://[::1/",
        "https://server.example.com\\@x/", "https://127.1/", "https://s\u00e9rver.example/",
        "https://server.example.com:65536/", "https://a%2eb/", "https://[fe80::1%25eth0]/",
        "https://server.example.com/a b", "HTTPS://OTHER.example:443/../")
ALGORITHMS = ("none", "HS256", "es256", "ES256K", "", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448", "PS256",
              "PS384", "RS256", "RS512")
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


def flip_character(rng, text):
    if not text:
        return text
    at = rng.randrange(len(text))
    other = rng.choice((chr(ord(text[at]) ^ (1 << rng.randrange(7))), rng.choice("AZaz09-_.+/= \n%\u00e9"), ""))
    return text[:at] + other + text[at + rng.choice((0, 1, 1, 1)):]


def flip_bit(rng, data):
    changed = bytearray(data)
    if changed:
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


# Before the proof is written and signed. Each takes (rng, spec).


def drop_claim(rng, spec):
    spec.claims.pop(rng.choice(list(spec.claims)))


def mistype_claim(rng, spec):
    spec.claims[rng.choice(("jti", "htm", "htu", "iat", "exp", "nbf", "ath", "nonce"))] = rng.choice(VALUES)


def shift_time(rng, spec):
    claim = rng.choice(("iat", "iat", "iat", "exp", "nbf"))
    spec.claims[claim] = int(spec.line["now"]) + rng.choice(
        (-301, -300, -61, -60, -11, -10, -9, 0, 9, 10, 11, 12, 300, 301, -10**9, 10**9))


def wrong_method(rng, spec):
    spec.claims["htm"] = rng.choice(
        (spec.line["method"].swapcase(), spec.line["method"] + " ", "TRACE", "", "G\u0415T"))


def wrong_target(rng, spec):
    spec.claims["htu"] = rng.choice(
        (rng.choice(HTUS), flip_character(rng, spec.claims["htu"]), spec.line["url"] + "/", spec.line["url"] + "/x"))


def wrong_hash(rng, spec):
    spec.claims["ath"] = rng.choice(
        (token_hash("other"), flip_character(rng, spec.claims.get("ath", "a")), "", spec.claims.get("ath", "") + "="))


def wrong_nonce(rng, spec):
    spec.claims["nonce"] = rng.choice(("", "other", flip_character(rng, spec.claims.get("nonce", "n"))))


def drop_header(rng, spec):
    spec.header.pop(rng.choice(list(spec.header)))


def mistype_header(rng, spec):
    spec.header[rng.choice(("typ", "alg", "jwk", "crit", "b64"))] = rng.choice(VALUES)


def wrong_type(rng, spec):
    spec.header["typ"] = rng.choice(("JWT", "DPOP+JWT", "dpop+jwt ", "at+jwt", "application/dpop+jwt"))


def wrong_algorithm(rng, spec):
    spec.header["alg"] = rng.choice(ALGORITHMS)


def private_member(rng, spec):
    spec.jwk[rng.choice(PRIVATE)] = rng.choice(VALUES + ("AQAB", ))


def mistype_key(rng, spec):
    spec.jwk[rng.choice(("kty", "crv", "use", "key_ops", "alg") + (
        ("n", "e") if spec.key.kty == "RSA" else ("x", "y") if spec.key.kty == "EC" else ("x", )))] = rng.choice(VALUES)


def drop_key_member(rng, spec):
    spec.jwk.pop(rng.choice(list(spec.jwk)))


def foreign_key(rng, spec):
    other = KEYS[rng.choice(("ES256-other", "ES384", "ES512", "Ed25519", "RSA-2048", "secp256k1", "P-224", "Ed448",
                             "X25519", "RSA-1024", "RSA-2047", "RSA-4352"))]
    spec.jwk.clear()
    spec.jwk.update(other.jwk)


def damaged_key(rng, spec):
    name = rng.choice([name for name in ("x", "y", "n", "e") if name in spec.jwk])
    data = unbase64url(spec.jwk[name])
    spec.jwk[name] = rng.choice(
        (base64url(flip_bit(rng, data)), base64url(b"\0" + data), base64url(data[1:]), base64url(data + b"\0"),
         base64url(data)[:-1], base64url(bytes(len(data))), base64url(b"\xff" * len(data)), base64url(data) + "=",
         flip_character(rng, spec.jwk[name])))


def wrong_purpose(rng, spec):
    spec.jwk.update(
        rng.choice(({"use": "enc"}, {"use": ""}, {"key_ops": []}, {"key_ops": ["encrypt"]}, {"key_ops": ["verify", 1]},
                    {"alg": "none"}, {"alg": "ES384"})))


SPEC = (drop_claim, mistype_claim, mistype_claim, shift_time, shift_time, wrong_method, wrong_target, wrong_target,
        wrong_target, wrong_hash, wrong_nonce, drop_header, mistype_header, wrong_type, wrong_algorithm,
        wrong_algorithm, private_member, mistype_key, drop_key_member, foreign_key, damaged_key, damaged_key,
        wrong_purpose)

# The JSON text, before it is signed. Each takes (rng, octets).


def damage_text(rng, data):
    kind = rng.randrange(8)
    if kind == 0:
        return flip_bit(rng, data)
    if kind == 1:
        at = rng.randrange(len(data) + 1)
        return data[:at] + rng.choice(
            (b",", b"}", b"{", b"[", b'"', b"\\", b"\0", b"\xff", b"1", b" ", b"\xc3", b"\xef\xbb\xbf")) + data[at:]
    if kind == 2:
        return data[:rng.randrange(len(data))]
    if kind == 3:
        levels = rng.choice((14, 15, 16, 17, 500))
        return data.rstrip()[:-1] + b',"deep":' + b"[" * levels + b"]" * levels + b"}"
    if kind == 4:
        name = rng.choice((b"jti", b"typ", b"\\u0061lg", b"iat", b"htu", b"note", b"jwk"))
        return data.rstrip()[:-1] + b',"' + name + b'":' + rng.choice((b"1", b'"a"')) + b',"note":1}'
    if kind == 5:
        return data.rstrip()[:-1] + b',"s":"' + rng.choice((b"\\ud800", b"\\udc00x", b"\\ud834\\udd1e", b"\n", b"\\x",
                                                            b"\xc0\x80", b"\xed\xa0\x80", b"\\u0000")) + b'"}'
    if kind == 6:
        return data.rstrip()[:-1] + b',"z":' + rng.choice(
            (b"01", b"1.", b".5", b"NaN", b"-", b"1e", b"1e5", b"-0.0", b"tru", b"null", b"9" * 400)) + b"}"
    return rng.choice((b"[" + data + b"]", data + b"x", data + b"{}", b"[]", b"null", b" "))


# The finished proof. Each takes (rng, proof, spec).


def damage_proof(rng, proof, spec):
    header, payload, signature = proof.split(".")
    kind = rng.randrange(10)
    if kind < 4:
        return flip_character(rng, proof)
    if kind == 4:
        return ".".join((header, payload, base64url(flip_bit(rng, unbase64url(signature)))))
    if kind == 5:
        parts = [header, payload, signature]
        rng.shuffle(parts)
        return ".".join(parts)
    if kind == 6:
        return rng.choice((proof + ".", "." + proof, header + "." + payload, "", proof + ".AAAA", proof + "=",
                           " " + proof, proof + "\n", proof.replace(".", "..", 1), "a.b.c"))
    if kind == 7:
        made = unbase64url(signature)
        return ".".join(
            (header, payload,
             base64url(
                 rng.choice(
                     (made[1:], made[:-1], made + b"\0", b"\0" + made, bytes(len(made)), made + made, made[:1])))))
    if kind == 8:
        return header + "." + payload + "." + signature + "A" * rng.choice(
            (8190 - len(proof), 8191 - len(proof), 8192 - len(proof), 8193 - len(proof), 9000))
    return negate_s(proof, spec)


def negate_s(proof, spec):
    """Another good signature of an ECDSA proof; nothing changes for other keys."""
    orders = {
        "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551, "P-384":
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
    }
    order, width = orders.get(spec.key.crv), getattr(spec.key, "width", 0)
    signed, _, signature = proof.rpartition(".")
    made = unbase64url(signature)
    s = int.from_bytes(made[width:], "big")
    # The proof may be damaged already.
    if order is None or len(made) != 2 * width or not 0 < s < order:
        return proof
    return signed + "." + base64url(made[:width] + octets(order - s, width))


# What the server saw or expected. Takes (rng, line).


def damage_line(rng, line, other_url):
    kind = rng.randrange(7)
    if kind == 0:
        line["accessToken"] = line.get("accessToken", "token") + rng.choice(("", " ", "x"))
    elif kind == 1 and "jkt" in line:
        line["jkt"] = rng.choice((KEYS["ES384"].thumbprint(), flip_character(rng, line["jkt"]), line["jkt"] + "="))
    elif kind == 2:
        line["nonce"] = rng.choice(("expected", line.get("nonce", "n") + "x"))
    elif kind == 3:
        line["method"] = rng.choice(("GET", "POST", "get", "OPTIONS"))
    elif kind == 4:
        line["url"] = other_url
    elif kind == 5:
        line["now"] = line["now"] + rng.choice((-1000, -11, -1, 1, 61, 71, 1000))
    else:
        line["algorithms"] = rng.choice((["ES512"], ["PS256", "ES256"], ["EdDSA"], ["Ed25519", "RS256"]))
