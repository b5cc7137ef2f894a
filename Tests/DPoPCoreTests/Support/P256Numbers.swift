import CSslShim

@testable import DPoPCore

/// Arithmetic on P-256, to construct the signatures that a verification could get wrong. Numbers are 32 bytes, big
/// endian; points 04 || x || y.
final class P256Numbers {
    private let group: OpaquePointer
    private let context = BN_CTX_new()
    private let n: OpaquePointer
    private let p = BN_new()

    init() throws {
        guard let group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), let n = EC_GROUP_get0_order(group) else {
            throw CheckProofError.setup
        }
        (self.group, self.n) = (group, n)
        EC_GROUP_get_curve(group, p, nil, nil, context)
    }

    deinit {
        BN_free(p)
        BN_CTX_free(context)
        EC_GROUP_free(group)
    }

    enum CheckProofError: Error { case setup }

    private func with<Result>(_ numbers: [[UInt8]], _ body: ([OpaquePointer?]) -> Result) -> Result {
        let read = numbers.map { BN_bin2bn($0, Int32($0.count), nil) }
        defer { for number in read { BN_free(number) } }
        return body(read)
    }

    private func bytes(_ number: OpaquePointer?) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        BN_bn2binpad(number, &bytes, 32)
        return bytes
    }

    /// Of one below 256.
    static func small(_ number: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 31) + [number] }

    var order: [UInt8] { bytes(n) }

    /// a · b mod n.
    func multiply(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        with([a, b, a]) {
            BN_mod_mul($0[2], $0[0], $0[1], n, context)
            return bytes($0[2])
        }
    }

    /// a + b mod n.
    func add(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        with([a, b, a]) {
            BN_mod_add($0[2], $0[0], $0[1], n, context)
            return bytes($0[2])
        }
    }

    /// −a mod n.
    func negate(_ a: [UInt8]) -> [UInt8] {
        with([a, a]) {
            BN_mod_sub($0[1], n, $0[0], n, context)
            return bytes($0[1])
        }
    }

    /// 1 / a mod n.
    func invert(_ a: [UInt8]) -> [UInt8] {
        with([a, a]) {
            BN_mod_inverse($0[1], $0[0], n, context)
            return bytes($0[1])
        }
    }

    /// a mod n.
    func reduce(_ a: [UInt8]) -> [UInt8] { add(a, Self.small(0)) }

    private func point(_ bytes: [UInt8]) -> OpaquePointer? {
        let point = EC_POINT_new(group)
        if EC_POINT_oct2point(group, point, bytes, bytes.count, context) == 1 { return point }
        EC_POINT_free(point)
        return nil
    }

    private func bytes(ofPoint point: OpaquePointer?) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65)
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, &bytes, 65, context)
        return bytes
    }

    /// a · G.
    func base(_ a: [UInt8]) -> [UInt8] {
        with([a]) {
            let result = EC_POINT_new(group)
            defer { EC_POINT_free(result) }
            EC_POINT_mul(group, result, $0[0], nil, nil, context)
            return bytes(ofPoint: result)
        }
    }

    /// The point with this x and an even y; nil if there is none.
    func lift(x: [UInt8]) -> [UInt8]? {
        guard let point = point([2] + x) else { return nil }
        defer { EC_POINT_free(point) }
        return bytes(ofPoint: point)
    }

    /// The key by which (r, s) over the digest has this point, whatever r is: (point − u1 G) / u2. Nil at infinity.
    func key(of point: [UInt8], r: [UInt8], s: [UInt8], digest: [UInt8]) -> [UInt8]? {
        let w = invert(s)
        let (u1, u2) = (multiply(reduce(digest), w), multiply(r, w))
        // point / u2 − (u1 / u2) G.
        let inverse = invert(u2)
        return with([negate(multiply(u1, inverse)), inverse]) {
            guard let point = self.point(point) else { return nil }
            let result = EC_POINT_new(group)
            defer {
                EC_POINT_free(point)
                EC_POINT_free(result)
            }
            EC_POINT_mul(group, result, $0[0], point, $0[1], context)
            return EC_POINT_is_at_infinity(group, result) == 1 ? nil : bytes(ofPoint: result)
        }
    }

    /// A signature by the private number d over the digest, with the nonce k: r || s.
    func sign(_ digest: [UInt8], d: [UInt8], k: [UInt8]) -> [UInt8] {
        let r = reduce(Array(base(k)[1...32]))
        return r + multiply(invert(k), add(reduce(digest), multiply(r, d)))
    }

    /// The first x from `start` on that is some point's, at most 1,000 further; the sum is no more than 32 bytes.
    func nextPoint(from start: [UInt8]) -> (x: [UInt8], point: [UInt8])? {
        var x = start
        for _ in 0..<1_000 {
            if let point = lift(x: x) { return (x, point) }
            x = WireNumbers.adding(1, to: x)
        }
        return nil
    }

    /// What `ECDSA_do_verify` says.
    func isValid(_ signature: [UInt8], digest: [UInt8], key: [UInt8]) -> Bool {
        let owner = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)
        defer { EC_KEY_free(owner) }
        guard EC_KEY_oct2key(owner, key, key.count, context) == 1 else { return false }
        let (r, s) = (BN_bin2bn(signature, 32, nil), BN_bin2bn(Array(signature[32...]), 32, nil))
        let pair = ECDSA_SIG_new()
        defer { ECDSA_SIG_free(pair) }
        ECDSA_SIG_set0(pair, r, s)
        ERR_set_mark()
        defer { ERR_pop_to_mark() }
        return ECDSA_do_verify(digest, Int32(digest.count), pair, owner) == 1
    }
}
