import DPoPCore
import Foundation
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ClockTests {
    private static let start: Int64 = 1_700_000_000

    /// Seconds since 1970 as a Date field has them.
    static func date(_ seconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
    }

    private struct Scene {
        let clock = HandClock(ClockTests.start)
        let events = EventList()
        let kit: ClientKit

        init(maximum: Int64 = 600) throws {
            var settings = SessionSettings()
            settings.maximumClockOffset = maximum
            settings.observer = events
            settings.clock = { [clock] in clock.now }
            kit = try ClientKit(settings)
        }

        /// One request to a server that refuses the first proof with these fields.
        func send(
            _ fields: HTTPFields, _ error: String = "invalid_dpop_proof", authority: String = "api.example.com",
            during: @escaping @Sendable (HandClock) -> Void = { _ in }
        ) async throws -> (status: Int, iats: [Int64]) {
            let server = ScriptedServer { [clock] _, index in
                during(clock)
                return index == 0 ? Answers.challenge(error, fields) : Answers.ok()
            }
            let result = try await kit.session.requests(with: kit.token).send(
                ClientKit.request(authority: authority), over: server)
            let iats = try server.claims.map { claims -> Int64 in
                guard case .integer(let seconds)? = claims["iat"] else { throw CancellationError() }
                return seconds
            }
            return (result.response.status.code, iats)
        }
    }

    private static func dated(_ offset: Int64) -> HTTPFields { [.date: date(start + offset)] }

    @Test(
        "a clock is followed from more than 5 s on up to the bound, in both directions", arguments: [1, -1] as [Int64])
    func bounds(_ sign: Int64) async throws {
        for (distance, isLearned) in [(0, false), (5, false), (6, true), (60, true), (599, true), (600, true)]
            as [(Int64, Bool)]
        {
            let scene = try Scene()
            let offset = sign * distance
            let (status, iats) = try await scene.send(Self.dated(offset))
            #expect(status == (isLearned ? 200 : 401))
            #expect(iats == (isLearned ? [Self.start, Self.start + offset] : [Self.start]))
            let origin = try ServerOrigin("https://api.example.com")
            #expect(
                scene.events.all
                    == (isLearned ? [.clockOffsetLearned(origin, seconds: offset), .sentAgain(.clock, origin)] : []))
        }
        for distance in [601, 100_000, 1_000_000_000] as [Int64] {
            let scene = try Scene()
            let error = try await clientError { try await scene.send(Self.dated(sign * distance)) }
            #expect(error?.code == .clockSkew)
            #expect(error?.serverError?.code == "invalid_dpop_proof")
            #expect(scene.events.all.isEmpty)
        }
    }

    @Test("the bound is the setting's, and zero turns it off")
    func setting() async throws {
        #expect(try await Scene(maximum: 0).send(Self.dated(60)).iats == [Self.start])
        #expect(try await Scene(maximum: -5).send(Self.dated(60)).iats == [Self.start])
        #expect(try await Scene(maximum: 10).send(Self.dated(10)).iats == [Self.start, Self.start + 10])
        let scene = try Scene(maximum: 10)
        #expect(try await clientError { try await scene.send(Self.dated(11)) }?.code == .clockSkew)
        #expect(try await Scene(maximum: .max).send(Self.dated(86_400)).iats == [Self.start, Self.start + 86_400])
        let widest = try Scene(maximum: .max)
        #expect(try await clientError { try await widest.send(Self.dated(86_401)) }?.code == .clockSkew)
    }

    @Test("nothing is learned from another error, a stored answer, no Date, two, or one that is none")
    func onlyThen() async throws {
        var fields = Self.dated(60)
        #expect(try await Scene().send(fields).status == 200)
        #expect(try await Scene().send(fields, "invalid_token").status == 401)
        #expect(try await Scene().send([:]).status == 401)
        fields[.age] = "0"
        #expect(try await Scene().send(fields).status == 401)
        fields[.age] = ""
        #expect(try await Scene().send(fields).status == 401)
        fields = Self.dated(60)
        fields.append(HTTPField(name: .date, value: Self.date(Self.start + 60)))
        #expect(try await Scene().send(fields).status == 401)
        #expect(try await Scene().send([.date: "\(Self.start + 60)"]).status == 401)
    }

    @Test("a nonce and a clock are told apart: use_dpop_nonce teaches no clock")
    func nonce() async throws {
        let scene = try Scene()
        var fields = Self.dated(60)
        fields.append(HTTPField(name: .nonceField, value: "n"))
        #expect(try await scene.send(fields, "use_dpop_nonce").iats == [Self.start, Self.start])
    }

    @Test("what a slow server dates between the send and the answer is no other clock")
    func slow() async throws {
        for (offset, isLearned) in [
            (-5, false), (0, false), (20, false), (40, false), (45, false), (46, true), (-6, true),
        ] as [(Int64, Bool)] {
            let scene = try Scene()
            let (status, _) = try await scene.send(Self.dated(offset)) { $0.now = UnixTime(seconds: Self.start + 40) }
            #expect(status == (isLearned ? 200 : 401))
        }
    }

    @Test(
        "our own clock may be set back meanwhile, or say anything", arguments: [Int64.min, -1, 0, start - 3_600, .max])
    func ownClock(_ seconds: Int64) async throws {
        let scene = try Scene()
        _ = try? await scene.send(Self.dated(0)) { $0.now = UnixTime(seconds: seconds) }
        #expect(scene.events.all.isEmpty)
    }

    @Test("an offset holds for its origin, whatever the role, and can be corrected later")
    func later() async throws {
        let scene = try Scene()
        #expect(try await scene.send(Self.dated(100)).iats == [Self.start, Self.start + 100])
        let kit = scene.kit
        func iat(_ authority: String) throws -> ClaimValue? {
            try kit.session.sign(ClientKit.request(authority: authority), with: kit.token).request.proofClaims?["iat"]
        }
        #expect(try iat("api.example.com") == .integer(Self.start + 100))
        #expect(try iat("API.EXAMPLE.COM:443") == .integer(Self.start + 100))
        let tokenRequest = try kit.session.signTokenRequest(ClientKit.request(.post))
        #expect(tokenRequest.request.proofClaims?["iat"] == .integer(Self.start + 100))
        for other in ["api.example.com:8443", "example.com", "api.example.org"] {
            #expect(try iat(other) == .integer(Self.start))
        }
        // Small differences from what is known are none; then either clock is set right.
        #expect(try await scene.send(Self.dated(95)).iats == [Self.start + 100])
        #expect(try await scene.send(Self.dated(105)).iats == [Self.start + 100])
        #expect(try await scene.send(Self.dated(-100)).iats == [Self.start + 100, Self.start - 100])
        #expect(try await scene.send(Self.dated(0)).iats == [Self.start - 100, Self.start])
        // Further away than may be: what is known stays.
        #expect(try await clientError { try await scene.send(Self.dated(700)) }?.code == .clockSkew)
        #expect(try iat("api.example.com") == .integer(Self.start))
    }

    @Test("requests that were under way when the offset was learned are sent again too, and it is reported once")
    func underWay() async throws {
        let scene = try Scene()
        let kit = scene.kit
        let signed = try (0..<5).map { _ in try kit.session.sign(ClientKit.request(), with: kit.token) }
        for (index, request) in signed.enumerated() {
            // A second apart, as dates of a burst are.
            guard
                case .signAgain(let retry) = request.assess(
                    Answers.challenge("invalid_dpop_proof", Self.dated(100 + Int64(index % 2))).0)
            else {
                Issue.record("no retry")
                continue
            }
            #expect(retry.cause == .clock)
            let again = try kit.session.sign(ClientKit.request(), with: kit.token, as: retry)
            #expect(again.request.proofClaims?["iat"] == .integer(Self.start + 100))
        }
        let learned = scene.events.all.filter { if case .clockOffsetLearned = $0 { true } else { false } }
        #expect(learned == [.clockOffsetLearned(try ServerOrigin("https://api.example.com"), seconds: 100)])
    }

    @Test("iat is a whole number of seconds, rounded down")
    func floored() async throws {
        let scene = try Scene()
        scene.clock.now = UnixTime(seconds: Self.start, nanoseconds: 999_999_999)
        #expect(try await scene.send(Self.dated(-30)).iats == [Self.start, Self.start - 30])
    }
}
