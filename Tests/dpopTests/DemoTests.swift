import DPoPCore
import Foundation
import Testing

@testable import dpop

@Suite("dpop demo")
struct DemoTests {
    #if Hummingbird
        // Over HTTP the token is sent as a bearer token.
        private let withoutProof = "boundTokenAsBearer"
    #else
        private let withoutProof = "malformedProof"
    #endif

    @Test("a screenful, the same each time but for the key and the server's port")
    func screen() throws {
        let bench = try Workbench()
        let runs = try (0..<2).map { _ in try bench.dpop("demo") }
        for run in runs {
            #expect(run.status == 0)
            #expect(run.error.isEmpty)
        }
        let lines = runs.map { $0.output.split(separator: "\n", omittingEmptySubsequences: false) }
        #expect(lines[0].count <= 40)
        #expect(lines[0].allSatisfy { $0.count <= 100 })
        func withoutPort(_ line: Substring) -> Substring { line.replacing(/127\.0\.0\.1:[0-9]+/, with: "") }
        #expect(zip(lines[0], lines[1]).filter { withoutPort($0) != withoutPort($1) }.count == 1)
        #expect(lines[0].count == lines[1].count)
        #expect(runs[0].output.contains("DPoP does not stop"))
    }

    @Test("each theft is refused by its own code")
    func codes() throws {
        let object = try Workbench().dpop("demo", "--json").object()
        let requests = try #require(object["requests"] as? [[String: Any]])
        let thefts = requests.filter { $0["who"] as? String == "thief" }
        #expect(
            thefts.map { $0["code"] as? String } == [
                withoutProof, "keyBindingMismatch", "replayed", "targetMismatch", "methodMismatch",
                "issuedTooLongAgo", "accessTokenHashMismatch",
            ])
        let uses = requests.filter { $0["who"] as? String == "agent" }
        #expect(uses.count == 4)
        #expect(uses.allSatisfy { $0["verdict"] as? String == "accepted" })
        #expect(object["asExpected"] as? Bool == true)
    }

    @Test("a verdict that is not the expected one shows")
    func unexpected() async throws {
        let now = UnixTime(seconds: 1_700_000_000)
        let story = try await DemoStory.play(on: VerifierStage(now: now), now: now)
        #expect(story.isAsExpected)
        let wrong = DemoStory.Scene(words: "a theft that went well", expectedCode: "replayed", code: nil)
        let changed = DemoStory(
            agent: story.agent, place: story.place, acts: [DemoStory.Act(title: "", who: "thief", scenes: [wrong])])
        #expect(!changed.isAsExpected)
        #expect(changed.text.contains("UNEXPECTED: a theft that went well"))
        #expect(changed.text.contains("0 of 1"))
    }
}
