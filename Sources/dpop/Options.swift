import ArgumentParser
import DPoPCore

/// How the values of options are read. Each throws what was expected; the argument parser adds the option's name.
enum Read {
    static func algorithm(_ name: String) throws -> SigningAlgorithm {
        guard let algorithm = SigningAlgorithm(rawValue: name) else {
            throw ValidationError("expected one of \(algorithmNames)")
        }
        return algorithm
    }

    static func algorithms(_ list: String) throws -> [SigningAlgorithm] {
        try list.split(separator: ",", omittingEmptySubsequences: false).map { try algorithm(String($0)) }
    }

    static func targetURI(_ text: String) throws -> TargetURI {
        do {
            return try TargetURI(text)
        } catch {
            throw ValidationError("expected a target URI, this is \(error.reason)")
        }
    }

    static func thumbprint(_ text: String) throws -> Thumbprint {
        guard let thumbprint = Thumbprint(text) else {
            throw ValidationError("expected a JWK thumbprint, 43 characters of base64url")
        }
        return thumbprint
    }

    static func time(_ text: String) throws -> UnixTime {
        guard let time = UnixTime(decimal: text) else {
            throw ValidationError("expected seconds since 1970, with at most 12 digits before the point")
        }
        return time
    }

    /// A window of the policy, in seconds.
    static func window(_ text: String) throws -> Int64 {
        guard let seconds = decimalInteger(text[...]), windowRange.contains(seconds) else {
            throw ValidationError("expected whole seconds, 0 to 86400")
        }
        return seconds
    }

    static let windowRange: ClosedRange<Int64> = 0...86_400
    static let algorithmNames = SigningAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
}

extension UnixTime {
    /// From digits, optionally a point and more digits; those after the ninth are dropped. Nil for anything else: a
    /// time that went through `Double` would not be the one that was written.
    init?(decimal text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.count <= 12, let seconds = decimalInteger(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(seconds: seconds)
            return
        }
        let fraction = parts[1].utf8
        guard !fraction.isEmpty, fraction.allSatisfy(isDigit) else { return nil }
        var nanoseconds: Int32 = 0
        for digit in fraction.prefix(9) { nanoseconds = nanoseconds * 10 + Int32(digit - UInt8(ascii: "0")) }
        for _ in 0..<(9 - min(fraction.count, 9)) { nanoseconds *= 10 }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }
}

/// A number written in one to eighteen ASCII digits and nothing else.
private func decimalInteger(_ text: Substring) -> Int64? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
    return Int64(text)
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
