"""Checks of proofs (RFC 9449 section 4.3) over joserfc, sharing no code with the library under test."""

import base64
import hashlib
import json
import threading

from joserfc import jws
from joserfc.jwk import JWKRegistry

ALGORITHMS = ["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256"]
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


class Refused(Exception):
    """With the error code for the wire."""
    def __init__(self, error, why):
        super().__init__(why)
        self.error = error


def bad(why):
    return Refused("invalid_dpop_proof", why)


def decoded(segment):
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def claims_unverified(proof):
    """For the journal."""
    try:
        return json.loads(decoded(proof.split(".")[1]))
    except (ValueError, IndexError):
        return None


class Nonces:
    """The newest `keep` nonces count; each success gives out a new one."""
    def __init__(self, role, keep):
        self.role, self.keep = role, keep
        self.lock = threading.Lock()
        self.count = 0
        self.given = []
        self.next()

    def next(self):
        with self.lock:
            self.count += 1
            self.given = self.given[1 - self.keep:] if self.keep > 1 else []
            self.given.append(f"{self.role}-{self.count}")
            return self.given[-1]

    def current(self):
        with self.lock:
            return self.given[-1]

    def counts(self, nonce):
        with self.lock:
            return nonce in self.given


class Proofs:
    """What one server has seen."""
    def __init__(self, maximum_age, maximum_future):
        self.maximum_age, self.maximum_future = maximum_age, maximum_future
        self.lock = threading.Lock()
        self.seen = set()

    def verify(self, lines, method, targets, now, nonces, token=None, jkt=None):
        """The thumbprint of the proof's key, or Refused."""
        if len(lines) != 1:
            raise bad("not one proof")
        header = json.loads(decoded(lines[0].split(".")[0]))
        if header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS:
            raise bad("typ or alg")
        if not isinstance(header.get("jwk"), dict) or PRIVATE & header["jwk"].keys():
            raise bad("jwk")
        key = JWKRegistry.import_key(header["jwk"])
        try:
            claims = json.loads(jws.deserialize_compact(lines[0], key, algorithms=ALGORITHMS).payload)
        except Exception:
            raise bad("signature")
        if claims.get("htm") != method:
            raise bad("htm")
        # Byte for byte: what was signed is what was sent.
        if claims.get("htu") not in targets:
            raise bad("htu")
        if type(claims.get("iat")) is not int or not now - self.maximum_age <= claims["iat"] <= now + self.maximum_future:
            raise bad("iat")
        if token is not None:
            digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
            if claims.get("ath") != digest:
                raise bad("ath")
        elif "ath" in claims:
            raise bad("ath without a token")
        if jkt is not None and key.thumbprint() != jkt:
            raise bad("the token is bound to another key")
        if not nonces.counts(claims.get("nonce")):
            raise Refused("use_dpop_nonce", "nonce")
        with self.lock:
            if type(claims.get("jti")) is not str or claims["jti"] in self.seen:
                raise bad("jti")
            self.seen.add(claims["jti"])
        return key.thumbprint()
