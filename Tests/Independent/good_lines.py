"""Requests with right proofs, in every spelling that must not matter."""

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from encoding import Raw, base64url, octets
from keys import KEYS, Key
from proofs import token_hash

START = 1700000000
METHODS = ("GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "get", "QUERY")
HOSTS = ("server.example.com", "api.example.org", "k.example", "localhost", "127.0.0.1", "[::1]", "[2001:db8::a:b]",
         "xn--srver-bsa.example", "a_b.example.")
SEGMENTS = ("token", "a", "b", "v1", "Users", "x.y", "...", "a%2Fb", "c%20d", "e;f=g", "~h", "@me", "", "%C3%A9")
EXTRA = {
    "iss": "client", "sub": None, "note": [1, {"a": [True, {}]}], "\u00e9": "e\u0301", "big": Raw("1e400"), "": "",
    "aud": ["x"]
}
# Fast kinds of key most of the time: the large RSA keys take milliseconds to sign.
KINDS = ("ES256", ) * 10 + ("Ed25519", ) * 6 + ("ES384", ) * 2 + ("ES512", ) * 2 + ("RSA-2048", ) * 2 + ("RSA-3072",
                                                                                                         "RSA-4096")
RSA_ALGORITHMS = ("PS256", "PS384", "PS512", "RS256", "RS384", "RS512")


def key_pool(rng):
    """The fixed keys and, from the seed, some of the fast kinds."""
    pool = {
        "ES256": [KEYS["ES256"], KEYS["ES256-other"], KEYS["ES256-zero-x"], KEYS["ES256-zero-y"]], "Ed25519":
        [KEYS["Ed25519"]]
    }
    for kind, curve, crv, width in (("ES256", ec.SECP256R1(), "P-256", 32), ("ES384", ec.SECP384R1(), "P-384", 48),
                                    ("ES512", ec.SECP521R1(), "P-521", 66)):
        pool.setdefault(kind, [KEYS[kind]])
        for _ in range(6):
            secret = rng.getrandbits(curve.key_size - 8) + 1
            public = ec.derive_private_key(secret, curve).public_key().public_numbers()
            numbers = {"x": public.x, "y": public.y, "d": secret}
            members = {name: base64url(octets(value, width)) for name, value in numbers.items()}
            pool[kind].append(Key({"kty": "EC", "crv": crv, **members}))
    for _ in range(10):
        secret = bytes(rng.getrandbits(8) for _ in range(32))
        public = ed25519.Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw)
        pool["Ed25519"].append(Key({"kty": "OKP", "crv": "Ed25519", "x": base64url(public), "d": base64url(secret)}))
    for kind in ("RSA-2048", "RSA-3072", "RSA-4096"):
        pool[kind] = [KEYS[kind]]
    return pool


def random_url(rng):
    scheme = rng.choice(("https", "https", "https", "http"))
    port = rng.choice(("", "", "", ":8443", ":1", ":65535"))
    path = "".join("/" + rng.choice(SEGMENTS) for _ in range(rng.randrange(4)))
    return scheme + "://" + rng.choice(HOSTS) + port + path


def respell(rng, url):
    """Another spelling of the same target."""
    scheme, rest = url.split("://")
    host, slash, path = rest.partition("/")
    if rng.random() < 0.3:
        host = "".join(rng.choice((c, c.upper())) for c in host)
    if rng.random() < 0.2:
        scheme = scheme.upper()
    if rng.random() < 0.2 and not host.rstrip("0123456789").endswith(":"):
        host += rng.choice((":", ":443" if scheme.lower() == "https" else ":80"))
    if rng.random() < 0.2 and host.startswith("[::1]"):
        host = "[0:0:0:0:0:0:0.0.0.1]" + host[5:]
    if rng.random() < 0.2 and slash:
        path = "".join("%%%02x" %
                       ord(c) if c.isalnum() and c.isascii() and rng.random() < 0.3 and "%" not in path else c
                       for c in path)
    if rng.random() < 0.2 and slash:
        path = rng.choice(("./", "x/../", "../", "%2e/", "y/z/../.%2E/")) + path
    if rng.random() < 0.1 and not path:
        slash = "" if slash else "/"
    if rng.random() < 0.2:
        path += rng.choice(("?", "#", "?a=b", "?a#b", "#a?b", "?/../%"))
        slash = slash or "/"
    return scheme + "://" + host + slash + path


def random_jti(rng):
    kind = rng.random()
    if kind < 0.85:
        return base64url(bytes(rng.getrandbits(8) for _ in range(rng.choice((12, 16, 32)))))
    return "%x" % rng.getrandbits(64) + rng.choice(("j" * 240, "\u00e9", "\U0001d11e", " ", "\u0085", '"\\/'))


class Spec:
    """What goes into one line, before it is spelt and signed."""
    def __init__(self, rng, pool, number):
        kind = rng.choice(KINDS)
        self.key = rng.choice(pool[kind])
        self.alg = kind
        if kind == "Ed25519":
            self.alg = rng.choice(("Ed25519", "EdDSA"))
        elif kind.startswith("RSA"):
            self.alg = rng.choice(RSA_ALGORITHMS)
        now = START + number // 20 + rng.choice((0, 0, 0.25, 0.5, 0.75))
        self.line = {"id": "line-%06d" % number, "method": rng.choice(METHODS), "url": random_url(rng), "now": now}
        age, future = 60, 10
        if rng.random() < 0.15:
            age = self.line["maxAge"] = rng.choice((0, 1, 5, 300))
        if rng.random() < 0.15:
            future = self.line["maxFuture"] = rng.choice((0, 5, 300))
        if rng.random() < 0.1:
            self.line["algorithms"] = sorted({self.alg, rng.choice(("ES256", "PS256", "EdDSA", "RS512"))})
        iat = int(now) + rng.choice((0, 0, 0, -age, future, rng.randint(-age, future)))
        self.claims = {
            "jti": random_jti(rng), "htm": self.line["method"], "htu": respell(rng, self.line["url"]), "iat": iat
        }
        if rng.random() < 0.15:
            self.claims["iat"] = Raw("%d.%d" % (iat, rng.getrandbits(rng.choice((3, 40)))))
        if rng.random() < 0.4:
            self.line["accessToken"] = "token-%x" % rng.getrandbits(64)
            self.claims["ath"] = token_hash(self.line["accessToken"])
            if rng.random() < 0.7:
                self.line["jkt"] = self.key.thumbprint()
        elif rng.random() < 0.1:
            self.claims["ath"] = token_hash("any")
        if rng.random() < 0.25:
            self.line["nonce"] = self.claims["nonce"] = "n-%x" % rng.getrandbits(48)
        elif rng.random() < 0.1:
            self.claims["nonce"] = "unexpected"
        if rng.random() < 0.1:
            self.claims["exp"] = int(now) + rng.choice((-9, 0, 300))
        if rng.random() < 0.1:
            self.claims["nbf"] = int(now) + rng.choice((-300, 0, 10))
        self.jwk = dict(self.key.jwk)
        if rng.random() < 0.15:
            self.jwk.update(
                rng.choice(({"use": "sig"}, {"key_ops": ["verify"]}, {"key_ops":
                                                                      ["sign",
                                                                       "x"]}, {"alg": self.alg}, {"kid":
                                                                                                  "1"}, {"ext": True})))
        self.header = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.jwk}
        for members in (self.header, self.claims):
            if rng.random() < 0.15:
                name = rng.choice(list(EXTRA))
                members.setdefault(name, EXTRA[name])
