@testable import DPoPCore

/// Big-endian arithmetic of numbers of one width, for edge values.
enum WireNumbers {
    /// The order of the algorithm's curve and the prime of its field, at the width of a coordinate.
    static func orderAndPrime(_ algorithm: SigningAlgorithm) -> (order: [UInt8], prime: [UInt8]) {
        switch algorithm {
        case .es384:
            (
                wireHex(
                    String(repeating: "f", count: 48) + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
                wireHex(
                    String(repeating: "f", count: 62) + "feffffffff0000000000000000ffffffff")
            )
        case .es512:
            (
                wireHex(
                    "01" + String(repeating: "f", count: 64)
                        + "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"),
                wireHex("01" + String(repeating: "f", count: 130))
            )
        default:
            (
                wireHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
                wireHex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
            )
        }
    }

    static func adding(_ small: UInt8, to number: [UInt8]) -> [UInt8] {
        add(number, [UInt8](repeating: 0, count: number.count - 1) + [small])
    }

    static func subtracting(_ small: UInt8, from number: [UInt8]) -> [UInt8] {
        subtracting([UInt8](repeating: 0, count: number.count - 1) + [small], from: number)
    }

    static func subtracting(_ other: [UInt8], from number: [UInt8]) -> [UInt8] {
        precondition(other.count == number.count)
        var (result, borrow) = (number, 0)
        for index in number.indices.reversed() {
            let difference = Int(number[index]) - Int(other[index]) - borrow
            borrow = difference < 0 ? 1 : 0
            result[index] = UInt8(truncatingIfNeeded: difference)
        }
        return result
    }

    static func addingLittleEndian(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        Array(add(a.reversed(), b.reversed()).reversed())
    }

    private static func add(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        precondition(a.count == b.count)
        var (result, carry) = (a, 0)
        for index in a.indices.reversed() {
            let sum = Int(a[index]) + Int(b[index]) + carry
            (result[index], carry) = (UInt8(truncatingIfNeeded: sum), sum >> 8)
        }
        return result
    }
}
