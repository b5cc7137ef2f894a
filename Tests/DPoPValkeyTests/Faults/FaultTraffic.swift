#if Valkey
    import DPoPCore
    import Testing

    /// Requests to the nodes of a fleet, good ones and replays, without end until it is stopped; and what became of each.
    final class FaultTraffic: Sendable {
        /// One presentation of a proof.
        struct Use: Sendable {
            let start: ContinuousClock.Instant
            let took: Duration
            /// Whether nobody had presented the proof before.
            let isFirst: Bool
            /// Nil: accepted.
            let code: ProofRejection.Code?
        }

        private struct Presented: Sendable {
            let text: String
            /// Whether its first presentation is over.
            var isKnown = false
            var accepted = 0
        }

        private struct State {
            var uses: [Use] = []
            var proofs: [Presented] = []
            var isStopped = false
        }

        private let state = Locked(State())
        private let nodes: [Node]
        private let key: SigningKey
        private let target: TargetURI

        init(_ nodes: [Node]) throws {
            self.nodes = nodes
            key = try SigningKey.generate(.es256)
            target = try TargetURI("https://api.example.com/token")
        }

        /// Runs until ``stop()``: each task presents a new proof at one node, then at another, then an old one.
        func run(tasks: Int) async {
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<tasks { group.addTask { await self.one(task) } }
            }
        }

        func stop() { state.withLock { $0.isStopped = true } }

        private func one(_ task: Int) async {
            var turn = task
            while !state.withLock({ $0.isStopped }) {
                turn += 1
                guard let text = try? ProofBuilder(signer: key).proof(method: "POST", targetURI: target) else { return }
                let index = state.withLock { state in
                    state.proofs.append(Presented(text: text))
                    return state.proofs.count - 1
                }
                await present(index, at: nodes[turn % nodes.count], isFirst: true)
                await present(index, at: nodes[(turn + 1) % nodes.count], isFirst: false)
                let old = Int.random(in: 0...index)
                // One that is still on its first way is no replay yet.
                let isKnown = state.withLock { $0.proofs[old].isKnown }
                await present(isKnown ? old : index, at: nodes[turn % nodes.count], isFirst: false)
                try? await Task.sleep(for: .milliseconds(4))
            }
        }

        private func present(_ index: Int, at node: Node, isFirst: Bool) async {
            let text = state.withLock { $0.proofs[index].text }
            let request = RequestContext.tokenRequest(method: "POST", targetURI: target)
            let start = ContinuousClock.now
            var code: ProofRejection.Code?
            do { _ = try await node.verifier.verify(text, for: request) } catch { code = error.code }
            let use = Use(start: start, took: .now - start, isFirst: isFirst, code: code)
            state.withLock { state in
                state.uses.append(use)
                if code == nil { state.proofs[index].accepted += 1 }
                if isFirst { state.proofs[index].isKnown = true }
            }
        }

        /// Presents all proofs that were accepted once more, at this node; how often each answer came.
        func replayAll(at node: Node) async -> [ProofRejection.Code?: Int] {
            let indices = state.withLock { state in state.proofs.indices.filter { state.proofs[$0].accepted > 0 } }
            let before = uses.count
            for index in indices { await present(index, at: node, isFirst: false) }
            return Dictionary(uses.dropFirst(before).map { ($0.code, 1) }, uniquingKeysWith: +)
        }

        var uses: [Use] { state.withLock { $0.uses } }

        /// How many uses were accepted beyond the first of each proof.
        var replaysAccepted: Int { state.withLock { $0.proofs.reduce(0) { $0 + max(0, $1.accepted - 1) } } }

        var accepted: Int { state.withLock { $0.proofs.count { $0.accepted > 0 } } }
    }
#endif
