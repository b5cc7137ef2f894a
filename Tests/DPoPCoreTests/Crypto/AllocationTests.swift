import CSslShim
import Foundation
import Testing

@testable import DPoPCore

/// libcrypto with an allocator of the test's own, which has to be set before its first use and so in a child process.
@Suite("libcrypto's allocations")
struct AllocationTests {
    @Test("attack 176: the k-th allocation fails, k from 1 to 200: no crash, and no bad proof is accepted")
    func failures() async {
        await #expect(processExitsWith: .success) {
            guard unsafe CRYPTO_set_mem_functions(allocate, reallocate, release) == 1 else { exit(10) }
            var (refused, tolerated) = (0, 0)
            for algorithm in SigningAlgorithm.allCases {
                guard let wire = try? WireProof(algorithm), let proof = try? wire.compact(),
                    let other = try? wire.compact(payload: WireProof.claims + " ")
                else { exit(11) }
                let signature = other.split(separator: ".")[2]
                let wrong = proof.split(separator: ".").dropLast().joined(separator: ".") + "." + signature
                for k in 1...200 {
                    unsafe failAt = k
                    let verdict = WireWorkout.verdict(wrong)
                    unsafe failAt = 0
                    guard verdict != nil else { exit(12) }
                    unsafe failAt = k
                    let good = WireWorkout.verdict(proof)
                    let failed = unsafe failAt == 0
                    unsafe failAt = 0
                    // Without a failure the verdict must be right; with one it may also be a refusal.
                    guard failed || good == nil else { exit(13) }
                    if failed && good != nil { refused += 1 }
                    if failed && good == nil { tolerated += 1 }
                    unsafe failAt = k
                    _ = try? wire.key.signature(over: "m".utf8.span)
                    _ = try? SigningKeyTests.pem(wire.key)
                    unsafe failAt = 0
                }
                guard WireWorkout.verdict(proof) == nil, WireWorkout.verdict(wrong) == .badSignature else { exit(14) }
            }
            print("allocations: \(refused) failures refused, \(tolerated) tolerated by libcrypto")
            exit(refused > 50 ? EXIT_SUCCESS : 15)
        }
    }

    @Test("attack 176: the k-th allocation of a process's first use fails")
    func failuresAtFirstUse() async {
        await #expect(processExitsWith: .success) {
            guard unsafe CRYPTO_set_mem_functions(allocate, reallocate, release) == 1 else { exit(10) }
            // RFC 9449 §4.1, once as it is and once with another last character.
            let proof = rfc9449Proof
            let wrong = proof.dropLast(4) + "AAAA"
            for k in stride(from: 1, through: 2_000, by: CheckKit.scale > 1 ? 1 : 19) {
                let child = Glibc.fork()
                guard child >= 0 else { exit(11) }
                if child == 0 {
                    unsafe failAt = k
                    let (bad, good) = (WireWorkout.verdict(String(wrong)), WireWorkout.verdict(proof))
                    if bad == nil { _exit(12) }
                    // Where libcrypto could not be set up there is no verdict at all, and never a wrong one. EVP does
                    // not tell what it could not check from what is wrong.
                    let allowed: [ProofRejection.Code?] = [nil, .cryptoFailure, .malformedKey]
                    let isRight = allowed.contains(good) || CryptoPath.standard == .provider && good == .badSignature
                    _exit(isRight ? EXIT_SUCCESS : 13)
                }
                var status: Int32 = 0
                guard unsafe waitpid(child, &status, 0) == child else { exit(14) }
                // The child's own, or 100 and the signal that ended it.
                guard status == 0 else { exit(status & 0x7F != 0 ? 100 + (status & 0x7F) : status >> 8) }
            }
            exit(WireWorkout.verdict(proof) == nil ? EXIT_SUCCESS : 15)
        }
    }

    @Test("attack 175: after verifying, right and wrong, nothing is left allocated")
    func balance() async {
        await #expect(processExitsWith: .success) {
            guard unsafe CRYPTO_set_mem_functions(allocate, reallocate, release) == 1 else { exit(10) }
            for algorithm in SigningAlgorithm.allCases {
                guard let wire = try? WireProof(algorithm), let proof = try? wire.compact() else { exit(11) }
                let wrong = proof.dropLast(4) + "AAAA"
                var texts = [proof, String(wrong), String(proof.dropLast(9)), String(proof.dropFirst(4))]
                texts.append(proof.replacing("eyJ", with: "eyK"))
                func round() {
                    for text in texts { _ = WireWorkout.verdict(text) }
                    _ = wireKeyCode(WireKey.ec.with("y", bytes: WireKey.ec.bytes("x")).json)
                    _ = try? SigningKey(pkcs8PEM: (try? SigningKeyTests.pem(wire.key)) ?? "")
                    _ = try? SigningKey(pkcs8PEM: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
                }
                // What libcrypto keeps for good (method tables, random generators) it has by then.
                for _ in 0..<20 { round() }
                let before = unsafe live
                for _ in 0..<50 * CheckKit.scale { round() }
                guard unsafe live == before else {
                    print("\(algorithm): \(unsafe live - before) allocations more")
                    exit(12)
                }
            }
            exit(EXIT_SUCCESS)
        }
    }

    @Test("attack 182: signing and freeing leave no private number behind; importing and exporting no PEM")
    func cleansing() async {
        await #expect(processExitsWith: .success) {
            guard unsafe CRYPTO_set_mem_functions(allocate, reallocate, release) == 1 else { exit(10) }
            let scalar = wireHex(WirePEM.scalar)
            let lines = WirePEM.good.split(separator: "\n").map { Array($0.utf8) }
            let secrets = [scalar, Array(scalar.reversed()), Array(lines[1].prefix(48)), Array(lines[2].prefix(40))]
            for (index, secret) in secrets.enumerated() {
                unsafe wanted = secret
                unsafe found = 0
                // The exit status names what was found, and after which step.
                let status = Int32(20 + 4 * index)
                do {
                    guard let key = try? SigningKey(pkcs8PEM: WirePEM.good) else { exit(11) }
                    // libcrypto 3.0's own decoder and encoder free a copy of the structure as it was, which nothing
                    // here can help; the text of the file must not be found even then.
                    guard unsafe index < 2 || found == 0 else { exit(status) }
                    unsafe found = 0
                    guard let signature = try? key.signature(over: "m".utf8.span), signature.count == 64 else {
                        exit(12)
                    }
                    guard unsafe found == 0 else { exit(status + 1) }
                    guard (try? key.withPKCS8PEM { $0.count }) == WirePEM.good.utf8.count else { exit(13) }
                    guard unsafe index < 2 || found == 0 else { exit(status + 2) }
                    unsafe found = 0
                }
                guard unsafe found == 0 else { exit(status + 3) }
            }
            // The twin: the search finds what is freed as it was.
            unsafe wanted = scalar
            let block = unsafe CRYPTO_malloc(64, nil, 0)
            unsafe block?.copyMemory(from: scalar, byteCount: scalar.count)
            unsafe CRYPTO_free(block, nil, 0)
            exit(unsafe found == 1 ? EXIT_SUCCESS : 15)
        }
    }
}

// Only ever touched in child processes that use one thread.
nonisolated(unsafe) private var failAt = 0
nonisolated(unsafe) private var live = 0
nonisolated(unsafe) private var wanted: [UInt8] = []
nonisolated(unsafe) private var found = 0

/// Whether this allocation is to fail; the countdown then stops.
private func fails() -> Bool {
    guard unsafe failAt > 0 else { return false }
    unsafe failAt -= 1
    return unsafe failAt == 0
}

/// Before each block stands its size.
private let header = 16

private let allocate: @convention(c) (Int, UnsafePointer<CChar>?, Int32) -> UnsafeMutableRawPointer? = { size, _, _ in
    guard !fails(), let start = unsafe malloc(size + header) else { return nil }
    unsafe live += 1
    unsafe start.storeBytes(of: size, as: Int.self)
    return unsafe start + header
}

private let reallocate:
    @convention(c) (UnsafeMutableRawPointer?, Int, UnsafePointer<CChar>?, Int32) -> UnsafeMutableRawPointer? = {
        block, size, file, line in
        guard let block = unsafe block else { return unsafe allocate(size, file, line) }
        guard let larger = unsafe allocate(size, file, line) else { return nil }
        let old = unsafe (block - header).load(as: Int.self)
        unsafe larger.copyMemory(from: block, byteCount: min(old, size))
        unsafe release(block, file, line)
        return unsafe larger
    }

private let release: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int32) -> Void = { block, _, _ in
    guard let block = unsafe block else { return }
    unsafe live -= 1
    let size = unsafe (block - header).load(as: Int.self)
    if unsafe !wanted.isEmpty && size >= wanted.count {
        let present = unsafe wanted.withUnsafeBytes { bytes in
            guard let wanted = bytes.baseAddress.map({ (start: $0, count: bytes.count) }) else { return false }
            return (0...(size - wanted.count)).contains { unsafe memcmp(block + $0, wanted.start, wanted.count) == 0 }
        }
        if present { unsafe found += 1 }
    }
    unsafe free(block - header)
}

private let rfc9449Proof =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRj"
    + "QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGk"
    + "iOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyM"
    + "jYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
