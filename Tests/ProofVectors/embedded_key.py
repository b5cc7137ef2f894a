"""Members of the key inside the proof, and RSA numbers: attacks 42-44 and 55-60."""

from encoding import Members, base64url, octets, write
from keys import KEYS, PRIVATE, Key
from proofs import GONE


def exponent(e):
    """The RSA key that was made to have an inverse for this exponent."""
    old = KEYS["RSA-exponents"]
    d = pow(e, -1, (old.p - 1) * (old.q - 1))
    private = {
        "d": d, "p": old.p, "q": old.q, "dp": d % (old.p - 1), "dq": d % (old.q - 1), "qi": pow(old.q, -1, old.p)
    }
    return Key({**old.with_exponent(e), **{name: base64url(octets(value)) for name, value in private.items()}})


def add_members(book):
    for name in PRIVATE:
        for kind, value in (("value", "AQAB"), ("null", None), ("empty", "")):
            book.refuse("private-%s-%s" % (name, kind), "A private member %s in the key (%s)" % (name, kind), [42],
                        "privateKeyInProof", jwk={name: value})
    book.refuse("private-genuine", "The whole private key, sent by mistake", [42, 61], "privateKeyInProof",
                jwk=KEYS.jwks["ES256"])
    book.refuse("private-ed25519", "The private part of an Ed25519 key", [42], "privateKeyInProof",
                twin="plain-ed25519", key="Ed25519", jwk=KEYS.jwks["Ed25519"])
    book.refuse("private-rsa", "The whole private RSA key", [42], "privateKeyInProof", twin="plain-ps256",
                key="RSA-2048", jwk=KEYS.jwks["RSA-2048"])
    book.refuse("private-rsa-oth", "Further primes of an RSA key", [42], "privateKeyInProof", twin="plain-ps256",
                key="RSA-2048", jwk={"oth": [{"r": "AQ", "d": "AQ", "t": "AQ"}]})
    book.refuse("private-escaped", "A private member spelt with an escape", [42], "privateKeyInProof",
                header_text=lambda text: text.replace('"kty":', '"\\u0064":"AQAB","kty":'))

    def key(name, title, attacks, code, **jwk):
        book.refuse(name, title, attacks, code, jwk=jwk)

    key("kty-missing", "A key without a type", [43], "malformedKey", kty=GONE)
    key("kty-lower-case", "The key type in lower case", [43], "malformedKey", kty="ec")
    key("kty-unknown", "A key type that nobody knows", [43], "malformedKey", kty="PQK")
    key("kty-empty", "An empty key type", [43], "malformedKey", kty="")
    book.refuse("kty-oct-without-k", "A symmetric key without its value", [43], "malformedKey",
                header={"jwk": {"kty": "oct"}})
    key("crv-missing", "A curve key without a curve", [50], "malformedKey", crv=GONE)
    for crv in ("p-256", "P-256 ", "P256", "prime256v1", "P-256K", "brainpoolP256r1", "P-192", "", "Ed25519"):
        key("crv-" + (crv.lower().replace(" ", "-space") or "empty"), "An EC key on %r" % crv, [50], "malformedKey",
            crv=crv)
    book.refuse("crv-okp-p-256", "An OKP key on an EC curve", [50], "malformedKey", key="Ed25519", twin="plain-ed25519",
                jwk={"crv": "P-256"})
    key("crv-explicit", "Curve parameters instead of a name", [50], "malformedKey",
        crv={"p": "AA", "a": "AA", "b": "AA", "g": "AA", "n": "AA", "h": 1})

    key("use-enc", "A key for encryption", [44], "keyAlgorithmMismatch", use="enc")
    key("use-empty", "A key for no use", [44], "keyAlgorithmMismatch", use="")
    key("use-upper", "A use in upper case is another use", [44], "keyAlgorithmMismatch", use="SIG")
    key("key-ops-encrypt", "A key for other operations", [44], "keyAlgorithmMismatch", key_ops=["encrypt", "wrapKey"])
    key("key-ops-empty", "A key for no operation", [44], "keyAlgorithmMismatch", key_ops=[])
    key("key-ops-number", "Operations that are not text", [44], "malformedKey", key_ops=["verify", 1])
    key("jwk-alg-other", "A key for another algorithm", [44], "keyAlgorithmMismatch", alg="ES384")
    key("jwk-alg-empty", "A key for the empty algorithm", [44], "keyAlgorithmMismatch", alg="")
    book.refuse("jwk-alg-older-name", "Header and key use the two names of one algorithm", [44], "keyAlgorithmMismatch",
                key="Ed25519", alg="EdDSA", jwk={"alg": "Ed25519"}, twin="plain-eddsa")
    book.accept("use-sig", "use, key_ops and alg that fit", [44],
                jwk={"use": "sig", "key_ops": ["verify"], "alg": "ES256"})
    book.accept("key-ops-sign", "Exporters that only strip the private part leave sign", [44],
                jwk={"key_ops": ["sign"]})
    book.accept("key-ops-several", "verify among other operations", [44], jwk={"key_ops": ["encrypt", "verify"]})

    jwk = KEYS["ES256"].jwk
    book.accept(
        "thumbprint-order", "Member order, escapes and extra members in the key do not change its thumbprint", [60],
        header_text=lambda text: text.replace(
            write(jwk),
            write(
                Members([("y", jwk["y"]), ("kid", "7"), ("x", jwk["x"]), ("use", "sig"), ("kty", "EC"),
                         ("crv", "P-256")]))).replace('"kty":"EC"', '"kty" : "\\u0045C"').replace(
                             '"crv"', '"\\u0063rv"'))
    book.accept("thumbprint-rsa-order", "The same for an RSA key", [60], key="RSA-2048",
                header_text=lambda text: text.replace('"e":"AQAB"', '"ext":true,"\\u0065":"\\u0041QAB"'))


def add_rsa(book):
    for name in ("RSA-2048", "RSA-3072", "RSA-4096"):
        book.accept("modulus-" + name[4:], "A modulus of %s bits" % name[4:], [55], key=name, alg="PS256")
    for name in ("RSA-1024", "RSA-2047", "RSA-4352"):
        book.refuse("modulus-" + name[4:], "A modulus of %s bits, with a genuine signature" % name[4:], [55], "weakKey",
                    key=name, twin="plain-ps256")
    own = KEYS["RSA-2048"].n

    def refuse(name, title, attacks, code, **jwk):
        book.refuse("rsa-" + name, title, attacks, code, key="RSA-2048", twin="plain-ps256", jwk=jwk)

    n = lambda value: base64url(octets(value))
    refuse("modulus-zero", "A modulus of one zero octet", [55, 57], "malformedKey", n="AA")
    refuse("modulus-one", "A modulus of 1", [55], "weakKey", n="AQ")
    refuse("modulus-even", "An even modulus", [55], "weakKey", n=n(own - 1))
    refuse("modulus-4097", "A modulus of 4097 bits", [55], "weakKey", n=n(2**4096 + 1))
    refuse("modulus-empty", "An empty modulus", [55], "malformedKey", n="")
    refuse("modulus-missing", "No modulus", [55], "malformedKey", n=GONE)
    refuse("modulus-leading-zero", "A modulus with a leading zero octet", [57], "malformedKey",
           n=base64url(b"\0" + octets(own)))
    refuse("modulus-padded", "A modulus with base64 padding", [57], "malformedKey", n=n(own) + "==")
    refuse("exponent-leading-zero", "An exponent with a leading zero octet", [57], "malformedKey", e="AAEAAQ")
    refuse("exponent-zero", "An exponent of one zero octet", [56, 57], "malformedKey", e="AA")
    refuse("exponent-empty", "An empty exponent", [56], "malformedKey", e="")
    refuse("exponent-missing", "No exponent", [56], "malformedKey", e=GONE)
    refuse("exponent-slack", "An exponent whose last character has an unused bit set", [6], "malformedKey", e="Ax")
    for name, value in (("two", 2), ("even", 65536), ("33-bits", 2**32), ("longer-than-modulus", own * 2**16 + 1),
                        ("is-modulus", own)):
        refuse("exponent-" + name, "An exponent outside 3 to 2^32-1, or even (%s)" % name, [56], "weakKey", e=n(value))
    for name, e in (("3", 3), ("17", 17), ("65537", 65537), ("largest", 2**32 - 1)):
        book.accept("rsa-exponent-" + name, "The public exponent %d" % e, [56], key=exponent(e))
    book.refuse("rsa-exponent-too-large", "The public exponent 2^32+1, with a genuine signature", [56], "weakKey",
                twin="rsa-exponent-largest", key=exponent(2**32 + 1))
    book.refuse("rsa-exponent-one", "The public exponent 1: the padded message is its own signature", [56], "weakKey",
                key="RSA-2048", alg="RS256", twin="plain-rs256", jwk={"e": "AQ"},
                signature=lambda made, signed, key: octets(pow(int.from_bytes(made, "big"), key.e, key.n), key.width))


def add(book):
    add_members(book)
    add_rsa(book)
