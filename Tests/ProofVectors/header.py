"""Type, algorithm and extensions in the header, and members of a wrong JSON type: attacks 29-41."""

import hashlib
import hmac

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from book import resource
from encoding import octets, unbase64url, write
from keys import KEYS
from proofs import GONE

TYPES = {"null": None, "boolean": True, "number": 1, "string": "a", "array": [], "object": {}}
LEGAL = {
    "ES256": "ES256", "ES384": "ES384", "ES512": "ES512", "EdDSA": "Ed25519", "Ed25519": "Ed25519",
    **{kind + size: "RSA-2048" for kind in ("PS", "RS") for size in ("256", "384", "512")}
}


def add_types(book):
    def each(member, right, code, claim, place, **changes):
        for kind, value in TYPES.items():
            if kind != right:
                book.refuse("type-%s-%s" % (member.replace("_", "-"), kind),
                            "%s as %s is refused, never taken as absent" % (member, kind), [29], code, claim,
                            **{place: {member.split(".")[-1].split("-")[0]: value}}, **changes)

    each("typ", "string", "wrongType", "typ", "header")
    each("alg", "string", "unsupportedAlgorithm", "alg", "header")
    each("jwk", "object", "malformedKey", "jwk", "header")
    for member in ("kty", "crv", "x", "y", "use", "alg"):
        each("jwk." + member, "string", "malformedKey", "jwk", "jwk")
    each("jwk.key_ops", "array", "malformedKey", "jwk", "jwk")
    each("okp.x", "string", "malformedKey", "jwk", "jwk", key="Ed25519", twin="plain-ed25519")
    for member in ("n", "e"):
        each("rsa." + member, "string", "malformedKey", "jwk", "jwk", key="RSA-2048", twin="plain-ps256")
    for claim in ("jti", "htm", "htu"):
        each(claim, "string", "malformedClaim", claim, "claims")
    for claim in ("iat", "exp", "nbf"):
        each(claim, "number", "malformedClaim", claim, "claims")
    each("ath", "string", "malformedClaim", "ath", "claims", twin="plain-resource", **resource())
    each("ath-unexpected", "string", "malformedClaim", "ath", "claims")
    each("nonce", "string", "malformedClaim", "nonce", "claims", twin="plain-nonce", nonce="n-0S6_WzA2Mj")
    each("nonce-unexpected", "string", "malformedClaim", "nonce", "claims")


def symmetric(alg, secret):
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[alg]
    return lambda made, signed, key: hmac.new(secret, signed, digest).digest()


def add_algorithms(book):
    def refuse(name, title, attacks, **changes):
        book.refuse("alg-" + name, title, attacks, "unsupportedAlgorithm", **changes)

    for name, alg in (("none", "none"), ("none-capital", "None"), ("none-upper", "NONE"), ("none-mixed", "nOnE"),
                      ("empty", ""), ("missing", GONE)):
        refuse(name, "No algorithm (%s), with a good signature" % name, [31, 30] if name == "none" else [30],
               header={"alg": alg})
    refuse("none-short-signature", "none with a signature of one octet", [31], header={"alg": "none"},
           signature=lambda made, signed, key: b"\0")
    book.refuse("alg-none-empty-signature", "none without a signature is not even three segments", [31],
                "malformedProof", header={"alg": "none"}, signature=lambda made, signed, key: "")
    refuse("array", "An algorithm in an array", [30], header={"alg": ["ES256"]})

    public = KEYS["ES256"].private.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk = KEYS["ES256"].jwk
    secrets = (("jwk", write(jwk).encode()), ("pem", pem), ("pem-no-newline", pem.strip()), ("der", der),
               ("point", unbase64url(jwk["x"]) + unbase64url(jwk["y"])), ("x-text", jwk["x"].encode()), ("empty", b""))
    for name, secret in secrets:
        refuse("hs256-" + name, "A MAC with the public key as its secret (%s)" % name, [32], header={"alg": "HS256"},
               signature=symmetric("HS256", secret))
    for alg in ("HS384", "HS512"):
        refuse(alg.lower() + "-pem", "A MAC with the public key as its secret, " + alg, [32], header={"alg": alg},
               signature=symmetric(alg, pem))
    rsa = KEYS["RSA-2048"]
    for name, secret in (("modulus", octets(rsa.n)),
                         ("rsa-pem", rsa.private.public_key().public_bytes(Encoding.PEM,
                                                                           PublicFormat.SubjectPublicKeyInfo))):
        refuse("hs256-" + name, "A MAC with the RSA public key as its secret (%s)" % name, [32], key="RSA-2048",
               twin="plain-ps256", header={"alg": "HS256"}, signature=symmetric("HS256", secret))

    for name, alg in (("lower-case", "es256"), ("space-behind", "ES256 "), ("space-before", " ES256"),
                      ("nul", "ES256\0"), ("es256k", "ES256K"), ("es224", "ES224"), ("unknown", "XX256"),
                      ("encryption", "RSA-OAEP"),
                      ("list", "ES256,none"), ("hash-name", "SHA256"), ("eddsa-case", "EDDSA"), ("ed448", "Ed448"),
                      ("fullwidth", "\uff25S256"), ("misspelt", "ES521"), ("rs1", "RS1")):
        refuse(name, "An algorithm that is not one of ours: %r" % alg, [33], header={"alg": alg})
    for alg, key in (("ES256", "ES256"), ("RS256", "RSA-2048"), ("EdDSA", "Ed25519"), ("Ed25519", "Ed25519")):
        allowed = [name for name in ("ES384", "ES256", "EdDSA", "PS256") if name != alg]
        refuse("not-allowed-" + alg.lower(), "%s is a good algorithm, but not one of this policy" % alg, [33], key=key,
               alg=alg, twin="plain-" + alg.lower() if alg != "ES256" else "plain", policy={"algorithms": allowed})
    book.accept("alg-allowed", "An algorithm that the policy names", [33], policy={"algorithms": ["ES384", "ES256"]})
    for alg in ("ES384", "ES512", "PS384", "PS512", "RS256", "RS384", "RS512"):
        refuse("fapi2-" + alg.lower(), "%s is not among the FAPI 2.0 algorithms" % alg, [33], key=LEGAL[alg], alg=alg,
               twin="plain-" + alg.lower(), policy={"preset": "fapi2"})
    for alg in ("ES256", "PS256", "EdDSA", "Ed25519"):
        book.accept("fapi2-" + alg.lower(), "%s under the FAPI 2.0 policy" % alg, [33], key=LEGAL[alg], alg=alg,
                    policy={"preset": "fapi2"})

    keys = ("ES256", "ES384", "ES512", "secp256k1", "P-224", "Ed25519", "Ed448", "X25519", "RSA-2048")
    unsupported = ("secp256k1", "P-224", "Ed448", "X25519")
    for alg, own in LEGAL.items():
        for name in keys:
            if name == own:
                continue
            book.refuse(
                "pair-%s-%s" %
                (alg.lower(), {"ES256": "p-256", "ES384": "p-384", "ES512": "p-521"}.get(name, name.lower())),
                "%s with a %s key" % (alg, KEYS[name].crv or "RSA"),
                [36, 34] if alg == "EdDSA" and name in ("Ed448", "X25519") else [34],
                "malformedKey" if name in unsupported else "keyAlgorithmMismatch", key=name, alg=alg,
                twin="plain-" + alg.lower() if alg != "ES256" else "plain")
        book.refuse("pair-%s-oct" % alg.lower(), "%s with a symmetric key" % alg, [34, 43], "privateKeyInProof",
                    key=own, alg=alg,
                    header={"jwk": {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"}},
                    twin="plain-" + alg.lower() if alg != "ES256" else "plain")


def add(book):
    for name, typ in (("missing", GONE), ("jwt", "JWT"), ("at-jwt", "at+jwt"), ("longer", "dpop+jwt+wrongyousee"),
                      ("upper", "DPOP+JWT"), ("mixed", "DPoP+jwt"), ("application", "application/dpop+jwt"),
                      ("empty", ""), ("space", "dpop+jwt "), ("nul", "dpop+jwt\0"), ("no-suffix", "dpop"),
                      ("small-capital-t", "dpop+jw\u1d1b")):
        book.refuse("typ-" + name, "A type other than dpop+jwt (%s)" % name, [37], "wrongType", header={"typ": typ})
    for name, crit in (("unknown", ["x"]), ("b64", ["b64"]), ("exp", ["exp"]), ("empty", []), ("duplicate", ["x", "x"]),
                       ("number", [1]),
                       ("registered", ["alg"]), ("null", None), ("string", "alg"), ("object", {}), ("false", False)):
        book.refuse("crit-" + name, "A list of critical members, whatever it holds (%s)" % name, [38], "criticalHeader",
                    "crit", header={"crit": crit, "x": True})
    for name, value in (("false", False), ("true", True), ("null", None), ("string", "false")):
        book.refuse("b64-" + name, "The member b64, whatever its value (%s)" % name, [39], "criticalHeader", "b64",
                    header={"b64": value})
    book.refuse("b64-critical", "b64 declared critical, as RFC 7797 wants it", [39], "criticalHeader", "crit",
                header={"crit": ["b64"], "b64": False})
    book.refuse("b64-raw-payload", "An unencoded payload", [39], "malformedProof",
                header={"b64": False, "crit": ["b64"]}, segments=lambda header, payload: (header, '{"jti":"a"}'))
    remote = {
        "jku": "https://canary.example/jwks", "x5u": "https://canary.example/x5u", "x5c": ["AAAA"], "x5t": "AAAA",
        "x5t#S256": "AAAA"
    }
    book.accept("remote-keys-ignored", "Keys and addresses elsewhere are ignored and never fetched", [40],
                header={**remote, "kid": "https://canary.example/kid"}, jwk={**remote, "kid": "other"})
    for name, value in (("missing", GONE), ("null", None), ("string", write(KEYS["ES256"].jwk)),
                        ("array", [KEYS["ES256"].jwk]), ("empty", {}), ("set", {"keys": [KEYS["ES256"].jwk]})):
        book.refuse("jwk-" + name, "No usable key in the header (%s)" % name, [41], "malformedKey",
                    header={"jwk": value})
    book.refuse("jwk-kid-only", "A key named, not embedded", [40, 41], "malformedKey",
                header={"jwk": GONE, "kid": KEYS["ES256"].thumbprint()})
    add_types(book)
    add_algorithms(book)
