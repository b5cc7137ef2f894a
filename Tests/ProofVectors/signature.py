"""Signatures, forged and malformed: attacks 4 and 63-76."""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from encoding import base64url, octets, unbase64url
from keys import KEYS
from proofs import case

N256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
L25519 = 2**252 + 27742317777372353535851937790883648493
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def add_ecdsa(book):
    def refuse(name, title, attacks, change, **changes):
        book.refuse("ecdsa-" + name, title, attacks, "badSignature", signature=lambda made, signed, key: change(made),
                    **changes)

    for length in (1, 2, 31, 32, 62, 63, 65, 66, 96, 128):
        refuse("length-%d" % length, "A signature of %d octets" % length, [4], lambda made: (made * 2)[:length])
    values = {"0": 0, "1": 1, "n": N256, "n-plus-1": N256 + 1, "p": P256, "max": 2**256 - 1}
    for r_name, r in values.items():
        for s_name, s in values.items():
            refuse("r-%s-s-%s" % (r_name, s_name), "r = %s and s = %s" % (r_name, s_name), [63],
                   lambda made: octets(r, 32) + octets(s, 32))
    for name, value in (("0", 0), ("n", N256), ("max", 2**256 - 1)):
        refuse("r-is-%s" % name, "Only r replaced, by %s" % name, [63], lambda made: octets(value, 32) + made[32:])
        refuse("s-is-%s" % name, "Only s replaced, by %s" % name, [63], lambda made: made[:32] + octets(value, 32))
    number = lambda part: int.from_bytes(part, "big")
    der = lambda made: encode_dss_signature(number(made[:len(made) // 2]), number(made[len(made) // 2:]))
    refuse("der", "DER in place of r and s", [64], der)
    refuse("der-es512", "DER in place of r and s, P-521", [64], der, key="ES512", twin="plain-es512")
    refuse("widened", "r and s padded to the width of P-521", [65],
           lambda made: bytes(34) + made[:32] + bytes(34) + made[32:])
    refuse("widened-by-one", "r and s with a leading zero octet each", [65],
           lambda made: b"\0" + made[:32] + b"\0" + made[32:])
    refuse("swapped", "s before r", [65], lambda made: made[32:] + made[:32])
    refuse("little-endian", "r and s with their octets reversed", [65], lambda made: made[31::-1] + made[:31:-1])
    refuse("appended", "An octet behind a good signature", [65], lambda made: made + b"\0")
    refuse("prepended", "An octet before a good signature", [65], lambda made: b"\0" + made)
    refuse("es512-short", "A P-521 signature of 130 octets", [65], lambda made: made[1:66] + made[67:], key="ES512",
           twin="plain-es512")
    refuse("es384-hash", "ES384 over the wrong hash", [75], lambda made: made, key="ES384", twin="plain-es384",
           whole=lambda proof: wrong_hash("ES384", "ES256"))
    for name, wanted in (("r", lambda made: made[0] == 0), ("s", lambda made: made[32] == 0)):
        found = leading_zero(wanted)
        book.accept("ecdsa-leading-zero-" + name, "A signature whose %s begins with a zero octet" % name, [67],
                    whole=lambda proof: found)

    def negated(made):
        return made[:32] + octets(N256 - number(made[32:]), 32)

    base = book.vectors["plain"]["proof"]
    high = base.rsplit(".", 1)[0] + "." + base64url(negated(unbase64url(base.rsplit(".", 1)[1])))
    book.accept("ecdsa-negated-s", "The same proof with n - s is another good signature", [68],
                whole=lambda proof: high)
    book.again("ecdsa-negated-s-replayed", "It is the same proof still, and was seen before", [68], "ecdsa-negated-s",
               "replayed", after=["plain"])


def leading_zero(wanted):
    key = KEYS["ES256"]
    signed = case()[0]["proof"].rsplit(".", 1)[0]
    while True:
        made = key.sign("ES256", signed.encode())
        if wanted(made):
            return signed + "." + base64url(made)


def wrong_hash(alg, other):
    made, _ = case(key=alg)
    signed = made["proof"].rsplit(".", 1)[0]
    return signed + "." + base64url(KEYS[alg].sign(other, signed.encode()))


def add_ed25519(book):
    def refuse(name, title, attacks, change):
        book.refuse("ed25519-" + name, title, attacks, "badSignature", key="Ed25519", twin="plain-ed25519",
                    signature=lambda made, signed, key: change(made))

    number = lambda part: int.from_bytes(part, "little")
    little = lambda value: value.to_bytes(32, "little")
    for times in (1, 2, 7, 14):
        refuse("s-plus-%d-l" % times, "S with %d times the group order added" % times, [69],
               lambda made: made[:32] + little(number(made[32:]) + times * L25519))
    refuse("s-is-l", "S is the group order", [69], lambda made: made[:32] + little(L25519))
    refuse("s-zero", "S is zero", [69], lambda made: made[:32] + bytes(32))
    refuse("s-all-ones", "S with every bit set", [69], lambda made: made[:32] + b"\xff" * 32)
    refuse("s-high-bit", "S with its highest bit set", [69], lambda made: made[:63] + bytes([made[63] | 0x80]))
    refuse("signature-long", "An octet behind a good signature", [69], lambda made: made + b"\0")
    refuse("signature-short", "A signature cut by an octet", [69], lambda made: made[:-1])
    refuse("signature-zero", "A signature of zero octets", [69], lambda made: bytes(64))
    refuse("r-swapped", "S before R", [69], lambda made: made[32:] + made[:32])
    for name, r in (("identity", little(1)), ("order-2", little(2**255 - 20)), ("order-4", bytes(32)),
                    ("spelling-p", little(2**255 - 19)),
                    ("spelling-p-plus-1", little(2**255 - 18)), ("spelling-all-ones", b"\xff" * 32)):
        refuse("r-" + name, "An R of small order or in a second spelling (%s)" % name, [70], lambda made: r + made[32:])


def add_rsa(book):
    def refuse(name, title, attacks, alg, change):
        book.refuse("rsa-" + name, title, attacks, "badSignature", key="RSA-2048", alg=alg, twin="plain-" + alg.lower(),
                    signature=change)

    sign = lambda made_alg: lambda made, signed, key: key.sign(made_alg, signed)
    for alg, other in (("PS256", "RS256"), ("RS256", "PS256"), ("RS256", "RS384"), ("RS384", "RS256"),
                       ("RS512", "RS256"), ("PS256", "PS384"), ("PS384", "PS512"), ("PS512", "PS256")):
        refuse("%s-called-%s" % (other.lower(), alg.lower()), "A %s signature presented as %s" % (other, alg), [35],
               alg, sign(other))
    for alg in ("PS256", "RS256"):
        low = alg.lower()
        whole = lambda value: lambda made, signed, key: octets(value(key), key.width)
        refuse(low + "-short", "A signature without its last octet", [71], alg, lambda made, signed, key: made[:-1])
        refuse(low + "-long", "A zero octet behind the signature", [71], alg, lambda made, signed, key: made + b"\0")
        refuse(low + "-prepended", "A zero octet before the signature", [71], alg,
               lambda made, signed, key: b"\0" + made)
        refuse(low + "-not-reduced", "The signature with the modulus added, one octet longer", [71], alg,
               lambda made, signed, key: octets(int.from_bytes(made, "big") + key.n, key.width + 1))
        for name, value in (("zero", lambda key: 0), ("one", lambda key: 1), ("minus-one", lambda key: key.n - 1),
                            ("modulus", lambda key: key.n)):
            refuse("%s-is-%s" % (low, name), "The signature is %s" % name, [71], alg, whole(value))

    def pkcs1(info, before=b"\0\1", filler=None, separator=b"\0", after=b""):
        def change(made, signed, key):
            end = separator + info(hashlib.sha256(signed).digest()) + after
            fill = b"\xff" * (key.width - len(before) - len(end)) if filler is None else filler
            return key.raw_rsa((before + fill + end).ljust(key.width, b"\x55"))

        return change

    plain = lambda digest: SHA256_INFO + digest
    book.accept("rsa-pkcs1-by-hand", "The padding of the following vectors, done right", [72], key="RSA-2048",
                alg="RS256", signature=pkcs1(plain))
    for name, title, change in (
        ("missing-null", "The hash algorithm without its NULL parameter",
         pkcs1(lambda digest: bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + digest)),
        ("ber-length", "A long-form length in the padding",
         pkcs1(lambda digest: b"\x30\x81" + SHA256_INFO[1:] + digest)),
        ("garbage", "Octets behind the hash, few filler octets",
         pkcs1(plain, filler=b"\xff" * 8)), ("no-filler", "No filler octets at all", pkcs1(plain, filler=b"")),
        ("one-byte-after", "An octet behind the hash",
         pkcs1(plain, after=b"\0")), ("bare-hash", "The hash without its algorithm", pkcs1(lambda digest: digest)),
        ("other-hash-name", "Another hash named",
         pkcs1(lambda digest: SHA256_INFO.replace(b"\x02\x01\x05", b"\x02\x04\x05") + digest)),
        ("block-type-2", "The block type of encryption", pkcs1(plain, before=b"\0\2")), ("block-type-0", "Block type 0",
                                                                                         pkcs1(plain, before=b"\0\0")),
        ("filler-bit", "One filler octet is not FF",
         pkcs1(plain,
               before=b"\0\1\xff\xfe")), ("separator", "No zero octet behind the filler", pkcs1(plain,
                                                                                                separator=b"\1"))):
        book.refuse("rsa-pkcs1-" + name, title, [72], "badSignature", key="RSA-2048", alg="RS256",
                    twin="rsa-pkcs1-by-hand", signature=change)

    sha256, sha1 = hashes.SHA256(), hashes.SHA1()
    for name, title, mask, salt in (("salt-0", "No salt", sha256, 0), ("salt-20", "A salt of 20 octets", sha256, 20),
                                    ("salt-31", "A salt one octet short", sha256,
                                     31), ("salt-33", "A salt one octet long", sha256,
                                           33), ("salt-largest", "The longest salt that fits", sha256,
                                                 222), ("mask-sha1", "A mask made with SHA-1", sha1, 32),
                                    ("mask-sha512", "A mask made with SHA-512", hashes.SHA512(), 32)):
        refuse("pss-" + name, title, [73], "PS256",
               lambda made, signed, key: key.private.sign(signed, padding.PSS(padding.MGF1(mask), salt), sha256))

    def trailer(made, signed, key):
        encoded = pow(int.from_bytes(made, "big"), key.e, key.n)
        return key.raw_rsa(octets(encoded ^ 0xBC ^ 0xCC, key.width))

    refuse("pss-trailer", "A trailer other than BC", [73], "PS256", trailer)


def add(book):
    add_ecdsa(book)
    add_ed25519(book)
    add_rsa(book)
    for alg, key in (("es256", "ES256"), ("es384", "ES384"), ("es512", "ES512"), ("ed25519", "Ed25519"),
                     ("ps256", "RSA-2048"), ("rs256", "RSA-2048")):
        twin = "plain" if alg == "es256" else "plain-" + alg
        for place, at in (("first", 0), ("middle", None), ("last", -1)):

            def flipped(made, signed, key):
                changed = bytearray(made)
                changed[len(made) // 2 if at is None else at] ^= 1
                return bytes(changed)

            book.refuse("flip-%s-%s" % (alg, place), "One bit of the %s octet of the signature flipped" % place, [74],
                        "badSignature", key=key, alg=alg.upper() if key != "Ed25519" else None, twin=twin,
                        signature=flipped)
    other = case(claims={"jti": "another"})[0]["proof"].split(".")
    book.refuse(
        "other-payload", "A good signature, but over another payload", [75], "badSignature",
        whole=lambda proof: ".".join([proof.split(".")[0], other[1], proof.split(".")[2]]))
    book.refuse("other-header", "A good signature, but under another header", [75], "badSignature", header={"note": 1},
                whole=lambda proof: ".".join([proof.split(".")[0]] + other[1:]))
    stranger = KEYS["ES256-other"]
    book.refuse("other-key", "Another key signed than the one in the header", [75], "badSignature",
                signature=lambda made, signed, key: stranger.sign("ES256", signed))
    book.refuse("re-serialised", "A signature over the header as it would be written again, not as it came", [16, 75],
                "badSignature", twin="white-space", header_text=lambda text: " " + text,
                signature=lambda made, signed, key: key.sign("ES256",
                                                             case()[0]["proof"].rsplit(".", 1)[0].encode()))
