"""The fixed test keys: their JWKs, thumbprints and signatures."""

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from encoding import base64url, octets, unbase64url

CURVES = {
    "P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1, "P-224": ec.SECP224R1, "secp256k1":
    ec.SECP256K1
}
HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


def hash_of(alg):
    return HASHES.get(alg[-3:], hashes.SHA256)()


class Key:
    def __init__(self, jwk):
        self.jwk = {name: value for name, value in jwk.items() if name not in PRIVATE}
        self.kty, self.crv = jwk["kty"], jwk.get("crv")
        number = lambda name: int.from_bytes(unbase64url(jwk[name]), "big")
        if self.kty == "EC":
            curve = CURVES[self.crv]()
            self.width = (curve.key_size + 7) // 8
            public = ec.EllipticCurvePublicNumbers(number("x"), number("y"), curve)
            self.private = ec.EllipticCurvePrivateNumbers(number("d"), public).private_key()
        elif self.kty == "RSA":
            self.n, self.e, self.d, self.p, self.q = (number(name) for name in "nedpq")
            self.width = (self.n.bit_length() + 7) // 8
            public = rsa.RSAPublicNumbers(self.e, self.n)
            self.private = rsa.RSAPrivateNumbers(self.p, self.q, self.d, number("dp"), number("dq"), number("qi"),
                                                 public).private_key()
        else:
            kind = {"Ed25519": ed25519.Ed25519PrivateKey, "Ed448": ed448.Ed448PrivateKey}.get(self.crv)
            self.private = kind and kind.from_private_bytes(unbase64url(jwk["d"]))

    def thumbprint(self):
        """RFC 7638: the required members in alphabetical order."""
        names = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}[self.kty]
        text = json.dumps({name: self.jwk[name] for name in names}, separators=(",", ":"))
        return base64url(hashlib.sha256(text.encode()).digest())

    def sign(self, alg, message):
        """With whatever this key can do under that name, also where the pair is not legal."""
        if self.kty == "EC":
            r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hash_of(alg))))
            return octets(r, self.width) + octets(s, self.width)
        if self.kty == "OKP":
            return self.private.sign(message) if self.private else bytes(64)
        if alg.startswith("PS"):
            digest = hash_of(alg)
            scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
        else:
            scheme = padding.PKCS1v15()
        return self.private.sign(message, scheme, hash_of(alg))

    def raw_rsa(self, encoded, e=None):
        """The bare RSA operation, for paddings and exponents that no library would produce."""
        d = pow(e, -1, (self.p - 1) * (self.q - 1)) if e else self.d
        return octets(pow(int.from_bytes(encoded, "big"), d, self.n), self.width)

    def with_exponent(self, e):
        """A public JWK of the same modulus under another exponent."""
        return {**self.jwk, "e": base64url(octets(e))}


class Ring:
    """Keys by name, made when first asked for: the large RSA keys are slow."""
    def __init__(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keys.json")
        with open(path) as file:
            self.jwks = json.load(file)
        self.made = {}

    def __getitem__(self, name):
        if name not in self.made:
            self.made[name] = Key(self.jwks[name])
        return self.made[name]


KEYS = Ring()
