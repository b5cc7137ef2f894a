#!/usr/bin/env python3
"""Runs the independent verifier over the proof vectors and says where they disagree."""

import json
import os
import sys

from rejection import Rejected
from verifier import Memory, Policy, verify

HERE = os.path.dirname(os.path.abspath(__file__))


def judge(vector, memory):
    try:
        thumbprint = verify(vector["proof"], vector["method"], vector["url"], vector["now"], memory,
                            Policy(**vector.get("policy", {})), vector.get("accessToken"), vector.get("jkt"),
                            vector.get("nonce"))
        return {"verdict": "accepted", "jkt": thumbprint}
    except Rejected as rejection:
        return {
            "verdict": "rejected", "code": rejection.code, "claim": rejection.claim, "error": rejection.error,
            "signatureVerified": rejection.signature_verified
        }


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "ProofVectors", "proof-vectors.json")
    with open(path) as file:
        vectors = {vector["id"]: vector for vector in json.load(file)["vectors"]}
    agreed = 0
    for name, vector in vectors.items():
        memory = Memory(**vector.get("store", {}))
        for earlier in vector.get("after", []):
            judge(vectors[earlier], memory)
        answer = judge(vector, memory)
        if answer == vector["expect"]:
            agreed += 1
        else:
            print("%s\n  expected %s\n  answered %s" % (name, vector["expect"], answer))
    print("%d of %d vectors agree" % (agreed, len(vectors)))
    sys.exit(agreed != len(vectors))


if __name__ == "__main__":
    main()
