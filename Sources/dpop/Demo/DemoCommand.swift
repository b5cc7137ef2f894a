import ArgumentParser
import DPoPCore

struct DemoCommand: AwaitedCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "The main job on real proofs: accepted requests, then thefts refused.")

    @Flag(help: "Print one JSON object.")
    var json = false

    func runAwaited() async throws {
        let story: DemoStory
        do {
            #if Hummingbird
                story = try await ServedStage.withServer { try await DemoStory.play(on: $0, now: .now()) }
            #else
                let now = UnixTime.now()
                story = try await DemoStory.play(on: VerifierStage(now: now), now: now)
            #endif
        } catch let failure as Failure {
            throw Failure("demo: \(failure.message)")
        } catch {
            throw Failure("demo: \(error)")
        }
        try printAnswer(json: json, story.object, text: story.text)
        guard story.isAsExpected else { throw Refused() }
    }
}

extension DemoStory {
    /// A screenful, the same but for the thumbprint and the server's port.
    var text: String {
        var lines = [
            "An agent has a key of its own, which never leaves it. Its access token is bound to that key:",
            "  jkt \(agent.jkt)", place,
        ]
        for act in acts {
            lines += ["", act.title]
            for scene in act.scenes {
                lines.append(
                    "  \((scene.code == nil ? "accepted" : "REFUSED").padded(to: 9)) \(scene.words.padded(to: 62)) \(scene.code ?? "")"
                        .trimmed)
            }
        }
        let wrong = acts.flatMap(\.scenes).filter { !$0.isAsExpected }
        lines.append("")
        lines += wrong.map { "UNEXPECTED: \($0.words)" }
        let count = acts.reduce(0) { $0 + $1.scenes.count }
        lines.append("\(count - wrong.count) of \(count) verdicts as they should be.")
        lines.append(DemoStory.limit)
        return lines.joined(separator: "\n")
    }

    var object: JSONOutput {
        let scenes = acts.flatMap { act in
            act.scenes.map { scene in
                JSONOutput.object([
                    ("who", .string(act.who)), ("what", .string(scene.words)), ("verdict", .string(scene.verdict)),
                    ("code", scene.code.map { .string($0) } ?? .null),
                    ("expected", .bool(scene.isAsExpected)),
                ])
            }
        }
        return .object([
            ("jkt", .string(agent.jkt)), ("place", .string(place)), ("requests", .array(scenes)),
            ("asExpected", .bool(isAsExpected)),
            ("limit", .string(DemoStory.limit)),
        ])
    }

    static let limit = "DPoP does not stop a thief who has the key itself, or who can make the agent sign."
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }

    fileprivate var trimmed: String {
        var line = self
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
