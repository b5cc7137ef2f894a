import DPoPCore
public import HTTPTypes

/// A challenge of a WWW-Authenticate field (RFC 9110 §11.6.1).
public struct AuthenticationChallenge: Sendable, Hashable {
    /// The authentication scheme as it was written; compare it with ``isScheme(_:)``.
    public let scheme: String

    /// What stands in place of parameters, if that does.
    public let token68: String?

    /// The parameters in their order, names as they were written, values without quotes and escapes.
    public let parameters: [Parameter]

    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    /// The bytes of one field line that are read, and the number of challenges; servers send one to four in 1 KiB.
    static let maximumLine = 16_384
    static let maximumChallenges = 64

    /// All challenges of an answer, over several field lines and several in a line. What is malformed ends its line; the
    /// challenges before it count.
    public static func all(in response: HTTPResponse) -> [AuthenticationChallenge] {
        var challenges: [AuthenticationChallenge] = []
        for line in response.headerFields[fields: .wwwAuthenticate] {
            let text = line.value
            guard challenges.count < maximumChallenges else { break }
            guard text.utf8.count <= maximumLine else { continue }
            var reader = ChallengeReader(Array(text.utf8))
            challenges += reader.challenges().prefix(maximumChallenges - challenges.count)
        }
        return challenges
    }

    /// Whether it is of that scheme, in any case.
    public func isScheme(_ name: String) -> Bool { AuthenticationChallenge.areEqual(scheme, name) }

    /// The value of a parameter, its name in any case; nil if there is none, or more than one.
    public subscript(_ name: String) -> String? {
        let values = parameters.filter { AuthenticationChallenge.areEqual($0.name, name) }
        return values.count == 1 ? values.first?.value : nil
    }

    private static func areEqual(_ a: String, _ b: String) -> Bool {
        a.utf8.lazy.map(ASCII.lowercased).elementsEqual(b.utf8.lazy.map(ASCII.lowercased))
    }
}
