"""Points on curves, as keys: attacks 45-53."""

from encoding import base64url, octets, unbase64url
from keys import KEYS
from proofs import GONE

P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
B256 = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
P25519 = 2**255 - 19


def square_root(a, p):
    """For p = 3 modulo 4; nothing if there is none."""
    root = pow(a, (p + 1) // 4, p)
    return root if root * root % p == a % p else None


def ec_point(x, y, width=32):
    return {"x": base64url(octets(x, width)), "y": base64url(octets(y, width))}


def small_point():
    """A P-256 point whose x is so small that adding the prime still fits 32 octets."""
    return next((x, y) for x in range(1, 100) for y in [square_root(x**3 - 3 * x + B256, P256)] if y)


def add_coordinates(book):
    for name, member in (("ES256-zero-x", "x"), ("ES256-zero-y", "y")):
        twin = "coordinate-%s-leading-zero" % member
        book.accept(twin, "A coordinate %s that begins with a zero octet, at full width" % member, [45], key=name)
        short = base64url(unbase64url(KEYS[name].jwk[member])[1:])
        book.refuse("coordinate-%s-short" % member, "The same coordinate %s without its zero octet" % member, [45],
                    "malformedKey", twin=twin, key=name, jwk={member: short})
    whole = KEYS["ES256"].jwk
    for member in "xy":
        data = unbase64url(whole[member])
        other = base64url(data)
        for name, value in (("long", base64url(b"\0" + data)), ("long-behind", base64url(data + b"\0")), ("empty", ""),
                            ("missing", GONE), ("padded", other + "="), ("slack", other[:-1] + chr(ord(other[-1]) + 1)),
                            ("hex", data.hex()), ("space", other + " "), ("plain-alphabet", "+/" + other[2:]),
                            ("decimal", str(int.from_bytes(data, "big")))):
            book.refuse("coordinate-%s-%s" % (member, name),
                        "A coordinate %s that is not 32 octets, canonically spelt (%s)" % (member, name),
                        [6, 45] if name == "slack" else [45], "malformedKey", jwk={member: value})
    for name in ("ES384", "ES512"):
        data = unbase64url(KEYS[name].jwk["x"])
        for kind, value in (("short", data[1:]), ("long", b"\0" + data)):
            book.refuse("coordinate-%s-%s" % (name.lower(), kind), "A coordinate of the wrong width for " + name, [45],
                        "malformedKey", key=name, twin="plain-" + name.lower(), jwk={"x": base64url(value)})

    p521 = 2**521 - 1
    for member in "xy":
        value = int.from_bytes(unbase64url(KEYS["ES512"].jwk[member]), "big") + p521
        book.refuse("coordinate-es512-%s-plus-p" % member,
                    "The right coordinate %s with the prime added, which still fits its width" % member, [46],
                    "malformedKey", key="ES512", twin="plain-es512", jwk={member: base64url(octets(value, 66))})
    x, y = small_point()
    for name, point in (("x-plus-p", ec_point(x + P256, y)), ("x-is-p", ec_point(P256, square_root(B256, P256))),
                        ("y-all-ones", {"y": base64url(b"\xff" * 32)}), ("x-all-ones", {"x": base64url(b"\xff" * 32)})):
        book.refuse("coordinate-" + name, "A coordinate that is not below the prime (%s)" % name, [46], "malformedKey",
                    jwk=point)

    px, py = (int.from_bytes(unbase64url(whole[member]), "big") for member in "xy")
    twist = next(x for x in range(1, 100) if square_root(x**3 - 3 * x + B256, P256) is None)
    koblitz = KEYS["secp256k1"].jwk
    for name, point in (("y-plus-one", ec_point(px, py + 1)), ("swapped", {"x": whole["y"], "y":
                                                                           whole["x"]}), ("origin", ec_point(0, 0)),
                        ("twist", ec_point(twist, 5)), ("other-curve", {"x": koblitz["x"], "y": koblitz["y"]})):
        book.refuse("point-" + name, "A point that is not on the curve (%s)" % name, [48] if name == "origin" else [47],
                    "malformedKey", jwk=point)
    book.refuse("point-p-256-as-p-384", "A P-256 point called P-384", [47], "malformedKey", key="ES256", alg="ES384",
                twin="plain-es384", jwk={"crv": "P-384"})
    book.refuse("point-p-256-widened", "A P-256 point widened to P-384", [47], "malformedKey", key="ES256", alg="ES384",
                twin="plain-es384", jwk={"crv": "P-384", **ec_point(px, py, 48)})
    raw = octets(px, 32) + octets(py, 32)
    for name, point in (("compressed", {"x": base64url(b"\x02" + raw[:32]), "y":
                                        ""}), ("uncompressed", {"x": base64url(b"\x04" + raw)}),
                        ("hybrid", {"x": base64url(b"\x06" + raw), "y": ""}), ("identity", {"x": "AA", "y": "AA"})):
        book.refuse("point-" + name, "An encoded point inside a coordinate (%s)" % name, [48], "malformedKey",
                    jwk=point)
    book.refuse("point-negated", "The negated point is another good key, but not the one that signed", [49],
                "badSignature", jwk=ec_point(px, P256 - py))


def add_ed25519(book):
    def refuse(name, title, attacks, code, encoded):
        book.refuse("ed25519-" + name, title, attacks, code, key="Ed25519", twin="plain-ed25519",
                    jwk={"x": base64url(encoded)})

    own = unbase64url(KEYS["Ed25519"].jwk["x"])
    refuse("short", "31 octets", [52], "malformedKey", own[:-1])
    refuse("long", "33 octets", [52], "malformedKey", own + b"\0")
    refuse("empty", "No octets", [52], "malformedKey", b"")
    little = lambda y, sign=0: (y | sign << 255).to_bytes(32, "little")
    for name, y in (("p-plus-2", P25519 + 2), ("p-plus-18", P25519 + 18), ("p-plus-3-signed", (P25519 + 3) | 1 << 255)):
        refuse("y-" + name, "y is not below the prime", [52], "malformedKey", y.to_bytes(32, "little"))
    d = -121665 * pow(121666, -1, P25519) % P25519
    off = next(y for y in range(2, 50)
               if pow((y * y - 1) * pow(d * y * y + 1, -1, P25519), (P25519 - 1) // 2, P25519) == P25519 - 1)
    refuse("off-curve", "A y that no point of the curve has", [52], "malformedKey", little(off))
    order8 = [y for root in (1, -1) for y in [eighth(d, root)] if y is not None]
    small = [("order-1", 1, 0), ("order-2", P25519 - 1, 0), ("order-4", 0, 0), ("order-4-signed", 0, 1)]
    for number, y in enumerate(sorted(set(order8 + [P25519 - y for y in order8]))):
        small += [("order-8-%d" % number, y, 0), ("order-8-%d-signed" % number, y, 1)]
    for name, y, sign in small:
        refuse("small-" + name, "A point of small order, for which signatures can be made without a key (%s)" % name,
               [53], "weakKey", little(y, sign))
    for name, y, sign in (("p", P25519, 0), ("p-signed", P25519, 1), ("p-plus-1", P25519 + 1, 0),
                          ("p-plus-1-signed", P25519 + 1, 1)):
        refuse("small-spelling-" + name, "A second spelling of a point of small order", [53], "malformedKey",
               little(y, sign))
    for name, y in (("order-1", 1), ("order-2", P25519 - 1)):
        refuse("small-%s-signed" % name, "A point of small order with the sign that x = 0 does not have", [53],
               "weakKey", little(y, 1))
    book.refuse("ed25519-small-forged", "A signature that the identity as a key verifies for any message", [53],
                "weakKey", key="Ed25519", twin="plain-ed25519", jwk={"x": base64url(little(1))},
                signature=lambda made, signed, key: little(1) + bytes(32))


def eighth(d, root):
    """y of a point of order 8: its double has y = 0, which asks for d*y^4 + 2*y^2 - 1 = 0."""
    p = P25519
    i = pow(2, (p - 1) // 4, p)
    sqrt = lambda a: next((r for c in (pow(a, (p + 3) // 8, p), ) for r in (c, c * i % p) if r * r % p == a % p), None)
    inner = sqrt((1 + d) % p)
    return sqrt((-1 + root * inner) * pow(d, -1, p) % p) if inner is not None else None


def add(book):
    add_coordinates(book)
    add_ed25519(book)
