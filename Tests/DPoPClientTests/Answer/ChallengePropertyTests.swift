import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ChallengePropertyTests {
    private static let tokens = Array("!#$%&'*+-.^_`|~09azAZ".utf8)
    private static let token68s = Array("azAZ09-._~+/".utf8)

    private struct Writer {
        var random: SeededGenerator

        mutating func text(_ bytes: [UInt8], _ lengths: ClosedRange<Int>) -> String {
            let length = Int.random(in: lengths, using: &random)
            return String(
                decoding: (0..<length).map { _ in bytes[Int.random(in: 0..<bytes.count, using: &random)] },
                as: UTF8.self)
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

        /// OWS, and BWS.
        mutating func blank() -> String { chance(70) ? "" : text(Array(" \t".utf8), 1...2) }

        mutating func comma() -> String {
            (0...(chance(80) ? 0 : 2)).map { _ in "\(blank()),\(blank())" }.joined()
        }

        /// What is meant and how it is written (RFC 9110 §11.2, §11.3, §5.6).
        mutating func challenge() -> (shown: String, written: String) {
            let scheme = text(ChallengePropertyTests.tokens, 1...6)
            if chance(20) { return (scheme, scheme) }
            let space = String(repeating: " ", count: chance(80) ? 1 : 3)
            if chance(20) {
                let value =
                    text(ChallengePropertyTests.token68s, 1...8) + String(repeating: "=", count: chance(50) ? 0 : 2)
                return ("\(scheme) <\(value)>", scheme + space + value)
            }
            let parameters = (0...(chance(50) ? 0 : 3)).map { _ in parameter() }
            var written = scheme + space
            for (index, parameter) in parameters.enumerated() {
                written += (index == 0 ? "" : comma()) + parameter.written
            }
            return (([scheme] + parameters.map(\.shown)).joined(separator: " "), written)
        }

        private mutating func parameter() -> (shown: String, written: String) {
            let name = text(ChallengePropertyTests.tokens, 1...5)
            let equals = "\(blank())=\(blank())"
            guard chance(60) else {
                let value = text(ChallengePropertyTests.tokens, 1...5)
                return ("\(name)=[\(value)]", name + equals + value)
            }
            let value = text([0x09] + Array(0x20...0x7E), 0...9)
            let quoted = value.utf8.flatMap { byte -> [UInt8] in
                let needsEscape = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                return needsEscape || chance(10) ? [UInt8(ascii: "\\"), byte] : [byte]
            }
            return ("\(name)=[\(value)]", name + equals + "\"" + String(decoding: quoted, as: UTF8.self) + "\"")
        }
    }

    @Test("attack 125: challenges written by the grammar are read as they were meant", arguments: 1...20)
    func roundTrip(_ seed: UInt64) {
        var writer = Writer(random: SeededGenerator(state: seed))
        for _ in 0..<200 {
            let challenges = (0...3).map { _ in writer.challenge() }
            // A token68 of a scheme may be told from a parameter without value by nothing but what follows.
            var line = writer.chance(20) ? ", " : ""
            for (index, challenge) in challenges.enumerated() {
                line += (index == 0 ? "" : writer.comma()) + challenge.written
            }
            if writer.chance(20) { line += writer.comma() }
            let read = ChallengeTests.read(line)
            #expect(read == challenges.map(\.shown), "\(line)")
        }
    }

    @Test("attack 125: whatever bytes come, reading ends, within bounds", arguments: 1...10)
    func anyBytes(_ seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let likely = Array("DPoP error=\"\\, =/+a".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? likely.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
            }
            var reader = ChallengeReader(bytes)
            #expect(reader.challenges().count <= bytes.count)
            let response = HTTPResponse(.unauthorized, .wwwAuthenticate, bytes)
            #expect(AuthenticationChallenge.all(in: response).count <= 64)
        }
    }
}
