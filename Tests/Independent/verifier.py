"""A second opinion on one proof (RFC 9449 section 4.3), sharing no code with the library."""

import base64
import hashlib
import math
import re

import strict_json
import target_uri
from public_key import ALGORITHMS, PublicKey, base64url
from rejection import Rejected

MAXIMUM_BYTES = 8192
LATEST = 253402300799  # the end of the year 9999
FAPI2 = ("PS256", "ES256", "EdDSA", "Ed25519")


class Policy:
    def __init__(self, preset="default", algorithms=None, maximumAge=None, maximumFuture=None, clockSkew=None):
        age, future = (300, 300) if preset == "mcp" else (60, 10)
        self.algorithms = algorithms or (FAPI2 if preset == "fapi2" else tuple(ALGORITHMS))
        self.maximum_age = age if maximumAge is None else maximumAge
        self.maximum_future = future if maximumFuture is None else maximumFuture
        self.clock_skew = 10 if clockSkew is None else clockSkew


class Memory:
    """What a replay store does, kept in a dictionary."""
    def __init__(self, capacity=None, keyShare=None, remembersSince=None, unavailable=False):
        self.capacity, self.share, self.unavailable = capacity, keyShare, unavailable
        self.since = remembersSince
        self.seen = {}

    def admit(self, key, until, now):
        if self.unavailable:
            raise Rejected("replayStoreUnavailable")
        if self.capacity is not None or self.share is not None:
            self.seen = {key: until for key, until in self.seen.items() if until > now}
        if key in self.seen:
            raise Rejected("replayed", "jti")
        if self.share is not None and sum(1 for other in self.seen if other[0] == key[0]) >= self.share:
            raise Rejected("tooManyProofs", "jkt")
        if self.capacity is not None and len(self.seen) >= self.capacity:
            raise Rejected("replayStoreFull")
        self.seen[key] = until


def number(claims, name):
    """A time in whole seconds, or nothing."""
    if name not in claims:
        return None
    text = claims[name]
    if type(text) is not strict_json.Number or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise Rejected("malformedClaim", name)
    whole = text.split(".")[0]
    if len(whole) > 12 or int(whole) > LATEST:
        raise Rejected("malformedClaim", name)
    return int(whole)


def string(claims, name):
    value = claims.get(name)
    if name in claims and type(value) is not str:
        raise Rejected("malformedClaim", name)
    return value


def decode(proof):
    data = proof.encode("utf-8", "surrogatepass")
    if len(data) > MAXIMUM_BYTES:
        raise Rejected("proofTooLarge")
    segments = proof.split(".")
    if len(segments) != 3 or "" in segments:
        raise Rejected("malformedProof")
    try:
        header, payload, signature = (base64url(segment) for segment in segments)
        return strict_json.loads(header), strict_json.loads(payload), signature, data.rpartition(b".")[0]
    except ValueError:
        raise Rejected("malformedProof")


def check_header(header, policy):
    if type(header.get("typ")) is not str or header["typ"] != "dpop+jwt":
        raise Rejected("wrongType", "typ")
    if type(header.get("alg")) is not str or header["alg"] not in ALGORITHMS or header["alg"] not in policy.algorithms:
        raise Rejected("unsupportedAlgorithm", "alg")
    for name in ("crit", "b64"):
        if name in header:
            raise Rejected("criticalHeader", name)
    return PublicKey(header.get("jwk"), header["alg"])


def check_claims(claims, has_token):
    for name in ("jti", "htm", "htu"):
        if string(claims, name) is None:
            raise Rejected("missingClaim", name)
        if name == "jti" and (not 1 <= len(claims["jti"].encode()) <= 256
                              or re.search("[\x00-\x1f\x7f]", claims["jti"])):
            raise Rejected("malformedClaim", "jti")
    if number(claims, "iat") is None:
        raise Rejected("missingClaim", "iat")
    number(claims, "exp")
    number(claims, "nbf")
    if string(claims, "ath") is None and has_token:
        raise Rejected("missingClaim", "ath")
    string(claims, "nonce")


def check_request(claims, method, url):
    if claims["htm"] != method:
        raise Rejected("methodMismatch", "htm")
    try:
        target = target_uri.normalise(claims["htu"])
    except ValueError:
        raise Rejected("malformedClaim", "htu")
    if target != target_uri.normalise(url):
        raise Rejected("targetMismatch", "htu")
    return target


def check_times(claims, now, policy, lacks_nonce):
    iat, exp, nbf = (number(claims, name) for name in ("iat", "exp", "nbf"))
    if iat < math.floor(now) - policy.maximum_age:
        raise Rejected("issuedTooLongAgo", "iat", lacks_nonce)
    if iat > math.floor(now) + policy.maximum_future:
        raise Rejected("issuedInFuture", "iat", lacks_nonce)
    if exp is not None and now >= exp + policy.clock_skew:
        raise Rejected("expired", "exp", lacks_nonce)
    if nbf is not None and now < nbf - policy.clock_skew:
        raise Rejected("notYetValid", "nbf", lacks_nonce)
    return iat


def verify(proof, method, url, now, memory, policy, accessToken=None, jkt=None, nonce=None):
    """The key's thumbprint, or Rejected. The first defect in the settled order of checks decides."""
    header, claims, signature, signed = decode(proof)
    key = check_header(header, policy)
    check_claims(claims, accessToken is not None)
    target = check_request(claims, method, url)
    iat = check_times(claims, now, policy, nonce is not None and claims.get("nonce") != nonce)
    if accessToken is not None:
        digest = hashlib.sha256(accessToken.encode()).digest()
        if claims["ath"] != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            raise Rejected("accessTokenHashMismatch", "ath")
    thumbprint = key.thumbprint()
    if jkt is not None and jkt != thumbprint:
        raise Rejected("keyBindingMismatch", "jkt")
    if nonce is not None and claims.get("nonce") != nonce:
        raise Rejected("nonceInvalid" if "nonce" in claims else "nonceMissing", "nonce")
    if not key.verifies(signature, signed):
        raise Rejected("badSignature")
    if memory.since is not None and nonce is None and iat < math.floor(memory.since):
        raise Rejected("issuedBeforeStart", "iat")
    memory.admit((thumbprint, target, claims["jti"]), iat + policy.maximum_age + policy.clock_skew + 1, now)
    return thumbprint
