import Foundation

/// SplitMix64: a seeded generator, so that a failure can be repeated.
struct WireRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// How many rounds the long tests make: `rounds` times DPOP_SCALE, which is 1 if it is not set.
func wireScaled(_ rounds: Int) -> Int {
    let scale = ProcessInfo.processInfo.environment["DPOP_SCALE"].flatMap { Int($0) } ?? 1
    return rounds * max(1, scale)
}

/// Bytes written in hexadecimal.
func wireHex(_ text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { digit in
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
    precondition(digits.count == text.utf8.count && digits.count % 2 == 0, "not hexadecimal")
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
