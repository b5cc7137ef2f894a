import DPoPCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One line of a batch, read.
struct BatchLine {
    /// The line's `id` as it is to be repeated.
    let id: JSONOutput
    let judgement: Judgement

    /// Why a line is not one. Holds nothing of the line but names of members that are known here.
    struct Unreadable: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    static func read(_ line: ArraySlice<UInt8>, by decoder: JSONDecoder) throws(Unreadable) -> BatchLine {
        // Of a member that occurs twice a decoder would take one.
        guard StrictJSON.isObject(Array(line)) else { throw Unreadable("not a strict JSON object") }
        do {
            return try decoder.decode(BatchLine.self, from: Data(line))
        } catch let error as Unreadable {
            throw error
        } catch {
            throw Unreadable("not a JSON object")
        }
    }
}

extension BatchLine: Decodable {
    /// Stands for a `jkt` that is no thumbprint, and so not the proof key's: the hash of no key that anybody can find.
    private static let nobody = Thumbprint(bytes: [UInt8](repeating: 0, count: 32))

    private enum Member: String, CodingKey {
        case id, proof, method, url, accessToken, jkt, nonce, now, maxAge, maxFuture, algorithms
    }

    /// Any member's name.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        // A misspelt accessToken must not make another request of the line.
        guard try decoder.container(keyedBy: Name.self).allKeys.allSatisfy({ Member(rawValue: $0.stringValue) != nil })
        else { throw Unreadable("a member that is not known") }
        let members = try decoder.container(keyedBy: Member.self)
        func required<Value: Decodable>(_ member: Member, _ type: Value.Type = String.self) throws -> Value {
            guard members.contains(member) else { throw Unreadable("\(member.rawValue) is missing") }
            do {
                return try members.decode(type, forKey: member)
            } catch {
                throw Unreadable("\(member.rawValue) has the wrong type")
            }
        }
        /// A member that is there must have its type: null is not "absent".
        func optional<Value: Decodable>(_ member: Member, _ type: Value.Type = String.self) throws -> Value? {
            members.contains(member) ? try required(member, type) : nil
        }

        if let text = try? members.decode(String.self, forKey: .id) {
            id = .string(text)
        } else if let number = try? members.decode(Int64.self, forKey: .id) {
            id = .integer(number)
        } else {
            throw Unreadable(members.contains(.id) ? "id is neither a string nor an integer" : "id is missing")
        }
        let proof = try required(.proof, String.self)
        let method = try required(.method, String.self)
        let url = try required(.url, String.self)
        let targetURI: TargetURI
        do {
            targetURI = try TargetURI(url)
        } catch {
            throw Unreadable("url is not a target URI: \(error.reason)")
        }
        let boundThumbprint = try optional(.jkt, String.self).map { text in
            guard let thumbprint = Thumbprint(text) ?? BatchLine.nobody else { throw Unreadable("jkt is not usable") }
            return thumbprint
        }
        // A decimal number keeps the digits as they were written, which a binary fraction would not.
        let now = try optional(.now, Decimal.self).map { number in
            guard let time = UnixTime(decimal: number.description) else { throw Unreadable("now is out of range") }
            return time
        }
        func window(_ member: Member) throws -> Int64? {
            guard let seconds = try optional(member, Int64.self) else { return nil }
            guard Read.windowRange.contains(seconds) else {
                throw Unreadable("\(member.rawValue) is not within 0 to 86400")
            }
            return seconds
        }
        let algorithms = try optional(.algorithms, [String].self).map { names in
            try names.map { name in
                guard let algorithm = SigningAlgorithm(rawValue: name) else {
                    throw Unreadable("algorithms names one that is not known")
                }
                return algorithm
            }
        }
        judgement = Judgement(
            proof: proof, method: method, targetURI: targetURI,
            accessToken: try optional(.accessToken, String.self), boundThumbprint: boundThumbprint,
            policy: VerificationPolicy(
                nonce: try optional(.nonce, String.self), maxAge: try window(.maxAge),
                maxFuture: try window(.maxFuture), algorithms: algorithms),
            now: now)
    }
}
