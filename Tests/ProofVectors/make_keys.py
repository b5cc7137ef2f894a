#!/usr/bin/env python3
"""Makes keys.json once. The keys are public test material: never use them for anything else."""

import json
import math
import os
import sys

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from encoding import base64url, octets

# 2^32+1, 2^32-1, 65537 and 3 must all have an inverse, so that one modulus serves every exponent.
EXPONENT_PRIMES = (3, 5, 17, 257, 65537, 641, 6700417)


def ec_key(curve, wanted=lambda x, y: True):
    width = (curve.key_size + 7) // 8
    while True:
        numbers = ec.generate_private_key(curve).private_numbers()
        x = octets(numbers.public_numbers.x, width)
        y = octets(numbers.public_numbers.y, width)
        if wanted(x, y):
            name = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp224r1": "P-224"}
            return {
                "kty": "EC", "crv": name.get(curve.name, curve.name), "x": base64url(x), "y": base64url(y), "d":
                base64url(octets(numbers.private_value, width))
            }


def okp_key(kind, name):
    key = kind.generate()
    return {
        "kty": "OKP", "crv": name, "x": base64url(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)), "d":
        base64url(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    }


def rsa_key(bits, wanted=lambda p, q: True):
    while True:
        numbers = rsa.generate_private_key(65537, bits).private_numbers()
        if numbers.public_numbers.n.bit_length() == bits and wanted(numbers.p, numbers.q):
            break
    members = {
        "n": numbers.public_numbers.n, "e": 65537, "d": numbers.d, "p": numbers.p, "q": numbers.q, "dp": numbers.dmp1,
        "dq": numbers.dmq1, "qi": numbers.iqmp
    }
    return {"kty": "RSA", **{name: base64url(octets(value)) for name, value in members.items()}}


def any_exponent(p, q):
    return all(math.gcd(prime, (p - 1) * (q - 1)) == 1 for prime in EXPONENT_PRIMES)


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keys.json")
    if os.path.exists(path):
        sys.exit("keys.json is there already: every vector depends on it")
    keys = {
        "ES256": ec_key(ec.SECP256R1()),
        "ES256-other": ec_key(ec.SECP256R1()),
        "ES256-zero-x": ec_key(ec.SECP256R1(), lambda x, y: x[0] == 0),
        "ES256-zero-y": ec_key(ec.SECP256R1(), lambda x, y: y[0] == 0),
        "ES384": ec_key(ec.SECP384R1()),
        "ES512": ec_key(ec.SECP521R1()),
        "Ed25519": okp_key(ed25519.Ed25519PrivateKey, "Ed25519"),
        "RSA-2048": rsa_key(2048),
        "RSA-3072": rsa_key(3072),
        "RSA-4096": rsa_key(4096),
        "RSA-exponents": rsa_key(2048, any_exponent),
        "RSA-1024": rsa_key(1024),
        "RSA-2047": rsa_key(2047),
        "RSA-4352": rsa_key(4352),
        "P-224": ec_key(ec.SECP224R1()),
        "secp256k1": ec_key(ec.SECP256K1()),
        "Ed448": okp_key(ed448.Ed448PrivateKey, "Ed448"),
        "X25519": okp_key(x25519.X25519PrivateKey, "X25519"),
    }
    with open(path, "w") as file:
        json.dump(keys, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
