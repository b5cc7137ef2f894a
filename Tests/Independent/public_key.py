"""The key in a proof: which keys are acceptable, their thumbprints, and signatures under them."""

import base64
import hashlib
import json
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from rejection import Rejected

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
# Name: curve, octets of a coordinate, p, b (a is -3 on all three). FIPS 186-4 D.1.2.
CURVES = {
    "P-256": (ec.SECP256R1(), 32, 2**256 - 2**224 + 2**192 + 2**96 - 1,
              0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B),
    "P-384": (ec.SECP384R1(), 48, 2**384 - 2**128 - 2**96 + 2**32 - 1,
              0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF),
    "P-521": (ec.SECP521R1(), 66, 2**521 - 1,
              int("0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF1"
                  "09E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00", 16)),
}
ALGORITHMS = {
    "ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "Ed25519": "Ed25519", "EdDSA": "Ed25519",
    **{kind + size: "RSA" for kind in ("PS", "RS") for size in HASHES}
}
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
P25519 = 2**255 - 19
D25519 = -121665 * pow(121666, -1, P25519) % P25519
# More digits than the largest modulus has are refused before they are decoded.
MAXIMUM_RSA_DIGITS = 683


def base64url(text):
    """The octets, if this is their one canonical spelling."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("a second spelling of the same octets")
    return data


def _octets(jwk, name, width=None):
    try:
        data = base64url(jwk.get(name))
    except ValueError:
        raise Rejected("malformedKey", "jwk")
    if width is not None and len(data) != width:
        raise Rejected("malformedKey", "jwk")
    return data


class PublicKey:
    """Made from a proof's jwk, or Rejected."""
    def __init__(self, jwk, alg):
        if not isinstance(jwk, dict):
            raise Rejected("malformedKey", "jwk")
        if any(name in jwk for name in PRIVATE):
            raise Rejected("privateKeyInProof", "jwk")
        self.jwk, self.alg = jwk, alg
        self.kind = self._kind()
        if ALGORITHMS[alg] != self.kind:
            raise Rejected("keyAlgorithmMismatch", "jwk")
        self._check_purpose()
        if self.kind == "RSA":
            self._read_rsa()
        elif self.kind == "Ed25519":
            self._read_ed25519()
        else:
            self._read_ec()

    def _kind(self):
        kty, crv = self.jwk.get("kty"), self.jwk.get("crv")
        if kty == "RSA":
            return "RSA"
        if isinstance(crv, str) and (kty == "EC" and crv in CURVES or kty == "OKP" and crv == "Ed25519"):
            return crv
        raise Rejected("malformedKey", "jwk")

    def _check_purpose(self):
        use, operations, alg = (self.jwk.get(name, default)
                                for name, default in (("use", "sig"), ("key_ops", ["verify"]), ("alg", self.alg)))
        if type(use) is not str:
            raise Rejected("malformedKey", "jwk")
        if use != "sig":
            raise Rejected("keyAlgorithmMismatch", "jwk")
        if not isinstance(operations, list) or any(type(operation) is not str for operation in operations):
            raise Rejected("malformedKey", "jwk")
        if "verify" not in operations and "sign" not in operations:
            raise Rejected("keyAlgorithmMismatch", "jwk")
        if type(alg) is not str:
            raise Rejected("malformedKey", "jwk")
        if alg != self.alg:
            raise Rejected("keyAlgorithmMismatch", "jwk")

    def _read_ec(self):
        curve, self.width, p, b = CURVES[self.kind]
        x, y = (int.from_bytes(_octets(self.jwk, name, self.width), "big") for name in "xy")
        if x >= p or y >= p or (y * y - (x * x * x - 3 * x + b)) % p:
            raise Rejected("malformedKey", "jwk")
        self.key = ec.EllipticCurvePublicNumbers(x, y, curve).public_key()

    def _read_ed25519(self):
        data = _octets(self.jwk, "x", 32)
        y = int.from_bytes(data, "little") & (1 << 255) - 1
        if y >= P25519:
            raise Rejected("malformedKey", "jwk")
        # Small order: y = 1 or -1, y = 0, and the roots of d*y^4 + 2*y^2 - 1 whose doubles have y = 0.
        if y in (0, 1, P25519 - 1) or (D25519 * pow(y, 4, P25519) + 2 * y * y - 1) % P25519 == 0:
            raise Rejected("weakKey", "jwk")
        square = (y * y - 1) * pow(D25519 * y * y + 1, -1, P25519) % P25519
        if pow(square, (P25519 - 1) // 2, P25519) != 1:
            raise Rejected("malformedKey", "jwk")
        self.key = ed25519.Ed25519PublicKey.from_public_bytes(data)

    def _read_rsa(self):
        values = []
        for name in "ne":
            # In bytes: what is no base64url may have longer characters.
            if isinstance(self.jwk.get(name), str) and len(self.jwk[name].encode()) > MAXIMUM_RSA_DIGITS:
                raise Rejected("weakKey", "jwk")
            data = _octets(self.jwk, name)
            if not data or data[0] == 0:
                raise Rejected("malformedKey", "jwk")
            values.append(int.from_bytes(data, "big"))
        n, e = values
        if not 2048 <= n.bit_length() <= 4096 or n % 2 == 0 or not 3 <= e <= 2**32 - 1 or e % 2 == 0:
            raise Rejected("weakKey", "jwk")
        self.width = (n.bit_length() + 7) // 8
        self.key = rsa.RSAPublicNumbers(e, n).public_key()

    def thumbprint(self):
        names = ("e", "kty", "n") if self.kind == "RSA" else ("crv", "kty",
                                                              "x") if self.kind == "Ed25519" else ("crv", "kty", "x",
                                                                                                   "y")
        text = json.dumps({name: self.jwk[name] for name in names}, separators=(",", ":"))
        return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

    def verifies(self, signature, message):
        try:
            if self.kind == "Ed25519":
                self.key.verify(signature, message)
                return len(signature) == 64
            digest = HASHES[self.alg[-3:]]
            if self.kind == "RSA":
                if len(signature) != self.width:
                    return False
                scheme = padding.PSS(padding.MGF1(digest),
                                     digest.digest_size) if self.alg[0] == "P" else padding.PKCS1v15()
                self.key.verify(signature, message, scheme, digest)
                return True
            if len(signature) != 2 * self.width:
                return False
            r, s = (int.from_bytes(part, "big") for part in (signature[:self.width], signature[self.width:]))
            self.key.verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))
            return True
        except InvalidSignature:
            return False
