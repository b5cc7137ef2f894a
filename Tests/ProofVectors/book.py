"""Collects the vectors, and refuses a file that breaks its own rules."""

import json

from proofs import RESOURCE, TOKEN, case

CLAIM = {
    "wrongType": "typ", "unsupportedAlgorithm": "alg", "malformedKey": "jwk", "privateKeyInProof": "jwk", "weakKey":
    "jwk", "keyAlgorithmMismatch": "jwk", "methodMismatch": "htm", "targetMismatch": "htu", "issuedTooLongAgo": "iat",
    "issuedInFuture": "iat", "issuedBeforeStart": "iat", "expired": "exp", "notYetValid": "nbf",
    "accessTokenHashMismatch": "ath", "keyBindingMismatch": "jkt", "nonceMissing": "nonce", "nonceInvalid": "nonce",
    "replayed": "jti", "tooManyProofs": "jkt"
}
ERROR = {
    "keyBindingMismatch": "invalid_token", "nonceMissing": "use_dpop_nonce", "nonceInvalid": "use_dpop_nonce",
    "replayStoreFull": None, "tooManyProofs": None, "replayStoreUnavailable": None
}
AT_THE_STORE = ("issuedBeforeStart", "replayed", "replayStoreFull", "tooManyProofs", "replayStoreUnavailable")
ORDER = ("id", "title", "attacks", "proof", "method", "url", "accessToken", "jkt", "nonce", "now", "policy", "after",
         "store", "expect", "twin")


class Book:
    def __init__(self):
        self.vectors = {}

    def accept(self, name, title, attacks, **changes):
        made, thumbprint = case(**changes)
        self._add(name, title, attacks, made, {"verdict": "accepted", "jkt": thumbprint})

    def refuse(self, name, title, attacks, code, claim=None, twin="plain", error="invalid_dpop_proof", **changes):
        made, _ = case(**changes)
        self.refuse_made(name, title, attacks, made, code, claim, twin, error)

    def refuse_made(self, name, title, attacks, made, code, claim=None, twin="plain", error="invalid_dpop_proof"):
        expect = {
            "verdict": "rejected", "code": code, "claim": claim or CLAIM.get(code), "error": ERROR.get(code, error),
            "signatureVerified": code in AT_THE_STORE
        }
        self._add(name, title, attacks, made, expect, twin)

    def again(self, name, title, attacks, of, code=None, after=(), error="invalid_dpop_proof", **changes):
        """The proof of an accepted vector, unchanged, under other conditions."""
        made = {
            key: value for key, value in self.vectors[of].items() if key not in ("id", "title", "attacks", "expect")
        }
        made = {**made, **changes, **({"after": list(after)} if after else {})}
        if code:
            self.refuse_made(name, title, attacks, made, code, twin=of, error=error)
        else:
            self._add(name, title, attacks, made, self.vectors[of]["expect"])

    def _add(self, name, title, attacks, made, expect, twin=None):
        if name in self.vectors:
            raise ValueError("two vectors are called " + name)
        vector = {"id": name, "title": title, "attacks": attacks, **made, "expect": expect}
        if twin:
            vector["twin"] = twin
        if set(vector) - set(ORDER):
            raise ValueError(name + " has members that the format does not know")
        self.vectors[name] = {member: vector[member] for member in ORDER if member in vector}

    def write(self, path, about):
        for vector in self.vectors.values():
            rejected = vector["expect"]["verdict"] == "rejected"
            if rejected and self.vectors[vector["twin"]]["expect"]["verdict"] != "accepted":
                raise ValueError(vector["id"] + " needs an accepted twin")
            if [name for name in vector.get("after", []) if name not in self.vectors]:
                raise ValueError(vector["id"] + " comes after a vector that is not there")
        blocks = []
        for vector in self.vectors.values():
            lines = ["      %s: %s" % (json.dumps(name), json.dumps(value)) for name, value in vector.items()]
            blocks.append("    {\n" + ",\n".join(lines) + "\n    }")
        lines = ",\n".join("    " + json.dumps(line) for line in about)
        with open(path, "w") as file:
            file.write('{\n  "format": 1,\n  "about": [\n%s\n  ],\n  "vectors": [\n%s\n  ]\n}\n' %
                       (lines, ",\n".join(blocks)))


def resource(**changes):
    """The changes that make the default case a protected resource request."""
    return {"method": "GET", "url": RESOURCE, "token": TOKEN, **changes}
