import Testing

@testable import DPoPCore

/// Every number of Tests/attacks.md that concerns what is here has a vector or a named test.
///
/// A test is named for numbers by starting its display name with "attack 7:", "attacks 7 and 9:" or
/// "attacks 1, 3 to 5:".
@Suite struct AttackCoverageTests {
    /// Framing, JSON, header, key, signature, claims, method and target; a server's and a client's HTTP surface; the
    /// replay cache, alone and shared; nonces; the C boundary; the order of work.
    private let numbers = Array(1...191)

    /// What can not be shown here, with the reason.
    private let elsewhere: [Int: String] = [
        51: "the file of outside vectors that it names is not at hand; 45 to 48 show what its keys have wrong",
        54: "the file of outside vectors that it names is not at hand; 52, 53, 69 and 70 show its conditions",
        183: "no hook makes libcrypto's generator fail in a context of one's own; a failed signature gives no proof",
    ]

    /// The numbers that the names of tests claim.
    private static func named() throws -> Set<Int> {
        var result: Set<Int> = []
        for file in try CheckSources.files(in: "Tests", endingIn: [".swift"]) {
            for match in file.text.matches(of: /@Test\(\s*"attacks? ([0-9][^:"]*):/) {
                result.formUnion(try numbers(String(match.1)))
            }
        }
        return result
    }

    /// "1, 3 to 5 and 9" as 1, 3, 4, 5, 9.
    private static func numbers(_ text: String) throws -> [Int] {
        try text.replacing(" and ", with: ", ").split(separator: ",").flatMap { part -> [Int] in
            let ends = try part.split(separator: " to ").map {
                try #require(Int($0.filter { $0 != " " }), "a test is named for \(text)")
            }
            let first = try #require(ends.first)
            let last = try #require(ends.last)
            return Array(first...max(first, last))
        }
    }

    @Test("every number has a vector or a named test, or a reason why there is neither")
    func coverage() throws {
        let named = try Self.named()
        let vectors = Set(ProofVector.all.flatMap(\.attacks))
        for number in numbers {
            let isShown = named.contains(number) || vectors.contains(number)
            if elsewhere[number] == nil {
                #expect(isShown, "attack \(number) has no vector and no named test")
            } else {
                #expect(!isShown, "attack \(number) needs no reason: it is shown")
            }
        }
        #expect(elsewhere.keys.allSatisfy { numbers.contains($0) })
        let shown = numbers.count { named.contains($0) || vectors.contains($0) }
        print("attacks: \(shown) of \(numbers.count) shown, \(elsewhere.count) can not be shown here")
    }

    @Test("names of tests are read as they are meant")
    func reading() throws {
        #expect(try Self.numbers("7") == [7])
        #expect(try Self.numbers("7 and 9") == [7, 9])
        #expect(try Self.numbers("1, 3 to 5, 8 and 9") == [1, 3, 4, 5, 8, 9])
        #expect(try Self.named().isSuperset(of: [130, 132, 138, 140, 141]))
    }
}
