#if Valkey
    import DPoPCore
    import NIOCore

    /// One server that remembers, and the connections to it, which are made again and again.
    final class Primary: LinkOwner {
        private(set) var address: ValkeyAddress
        private unowned let engine: Engine
        private var slots: [Slot]
        private var next = 0

        /// Which run of which server it is.
        private(set) var reign: [UInt8] = []
        /// Those of its partitions.
        private(set) var canaries: [Int: Canary] = [:]
        /// The names of the canaries that batches read.
        private var canaryKeys: [Int: [UInt8]] = [:]
        /// When it was confirmed last that nothing was lost.
        private(set) var lastConfirmed: UnixTime?
        /// Partitions that came and are looked at.
        private var arriving: Set<Int> = []
        private var isStopped = false

        private struct Slot {
            var link: Link?
            var failures = 0
        }

        init(_ address: ValkeyAddress, _ engine: Engine) {
            self.address = address
            self.engine = engine
            slots = Array(repeating: Slot(), count: engine.settings.connections)
        }

        // MARK: Claims

        /// A connection that claims may be sent on now.
        func readyLink() -> Link? {
            for _ in slots.indices {
                next = (next + 1) % slots.count
                if let link = slots[next].link, link.isReady { return link }
            }
            return nil
        }

        /// Sends claims; false if there is no connection for them now.
        func send(_ claims: [Claim], asking: Bool = false) -> Bool {
            guard let link = readyLink() else { return false }
            let first = engine.keys.isCluster ? claims.first?.key.partition ?? 0 : 0
            if !asking, engine.keys.isCluster, !adopt(claims, by: link) { return false }
            // The claims' own part, or while that is on its way any other: a loss takes all of a server's memory.
            guard let partition = canaryKeys[first] == nil ? canaryKeys.keys.min() : first,
                let key = canaryKeys[partition]
            else { return false }
            guard link.send(claims, engine.keys, canary: (partition, key), asking: asking) else { return false }
            engine.batchBegan()
            return true
        }

        func finished(_ batch: Batch, canary: RESPValue, on link: Link) {
            if case .bulk(let value) = canary, value == canaries[batch.partition]?.value {
                lastConfirmed = .now()
                for claim in batch.claimed { claim.answer(.claimed) }
            } else if engine.keys.isCluster, case .error(let error) = canary, error.isRedirection {
                // Nothing is lost, but nothing is confirmed.
                left(batch.partition, error)
                for claim in batch.claimed {
                    if batch.mode == .returningOld {
                        engine.redirect(claim, to: nil)
                    } else {
                        claim.answer(.unavailable)
                    }
                }
            } else {
                for claim in batch.claimed { claim.answer(.unavailable) }
                reconnect()
            }
            for (claim, error) in batch.undone { undone(claim, error, on: link) }
            engine.batchesEnded(1)
        }

        private func undone(_ claim: Claim, _ error: ServerError, on link: Link) {
            switch error.kind {
            case .moved(_, let node) where engine.keys.isCluster:
                engine.move(claim.key.partition, to: node, from: self)
                engine.redirect(claim, to: nil)
            case .ask(_, let node):
                guard engine.keys.isCluster, let node = engine.node(node, from: self) else {
                    return claim.answer(.unavailable)
                }
                engine.redirect(claim, to: node)
            default:
                // It is no primary, or not yet. Or alone, and speaks of a cluster: what it says is not followed.
                link.close()
                engine.resend([claim])
            }
        }

        func revived() { engine.revived() }

        func noteStalled(now: NIODeadline, limit: TimeAmount) {
            for slot in slots { slot.link?.noteStalled(now: now, limit: limit) }
        }

        // MARK: Connections

        func start() { for index in slots.indices { connect(index) } }

        func stop() {
            isStopped = true
            for index in slots.indices { slots[index].link?.close() }
        }

        /// All anew: what the server remembers must be looked at again before it is asked.
        func reconnect() { for slot in slots { slot.link?.close() } }

        /// Another address for the same memory.
        func change(to address: ValkeyAddress) { self.address = address }

        private func connect(_ index: Int) {
            guard !isStopped, slots[index].link == nil else { return }
            let link = Link(owner: self)
            slots[index].link = link
            engine.dial(address, link)
        }

        func opened(_ link: Link) {
            let handshake = Handshake(
                link, address, engine.keys, observe: { [engine] in engine.observe($0) },
                completion: { self.shaken($0, link) })
            handshake.begin()
        }

        private func shaken(_ result: Result<Handshake.Result, Handshake.Failure>, _ link: Link) {
            guard !isStopped, link.owner != nil else { return }
            switch result {
            case .success(let result):
                guard engine.agree(isCluster: result.info.isCluster) else { return link.close() }
                take(result)
                link.becomeReady(result.mode)
                for index in slots.indices where slots[index].link === link { slots[index].failures = 0 }
                engine.observe(ValkeyEvent(.connected, server: address.description))
                engine.ready(self)
            case .failure(.replica(let elsewhere)) where !elsewhere.isEmpty:
                if engine.agree(isCluster: true) {
                    for (partition, node) in elsewhere { engine.hear(partition, at: node, from: self) }
                }
                link.close()
            case .failure(let failure):
                engine.failed(self, failure)
                link.close()
            }
        }

        private func take(_ result: Handshake.Result) {
            let isKnown = !canaries.isEmpty
            let isSameReign = result.info.reign == reign
            let isSame = isSameReign && canaries.allSatisfy { result.canaries[$0.key] ?? $0.value == $0.value }
            let now = UnixTime.now()
            // What was lost was lost before now, by whatever clock it was noted. What is known already was judged when
            // it was met: one noted by a clock that is fast would else seem lost anew with each connection.
            let met = result.canaries.filter { !isSameReign || canaries[$0.key] != $0.value }
            var since = met.values.map { min($0.createdAt, now) }.max()
            if isKnown, !isSame { since = max(since ?? now, lastConfirmed ?? .init(seconds: .min)) }
            reign = result.info.reign
            canaries = result.canaries
            canaryKeys = [:]
            let isLoss = since.map { engine.remember(since: $0) } ?? false
            for partition in canaries.keys {
                canaryKeys[partition] = engine.keys.canary(partition, reign)
                engine.own(partition, self)
            }
            for (partition, node) in result.elsewhere { engine.hear(partition, at: node, from: self) }
            if isLoss || isKnown && !isSame {
                engine.observe(ValkeyEvent(.memoryLost, server: address.description, since: since))
            }
            if isKnown, !isSame {
                // The others were looked at before the loss, perhaps.
                for slot in slots { if let link = slot.link, link.isReady { link.close() } }
            }
        }

        /// The partition is no longer here.
        func drop(_ partition: Int) {
            canaries[partition] = nil
            canaryKeys[partition] = nil
        }

        /// The partition's canary is elsewhere; perhaps the partition too.
        private func left(_ partition: Int, _ error: ServerError) {
            // On its way it leaves the canary behind or takes it along: another is read then.
            canaryKeys[partition] = nil
            if case .moved(_, let node) = error.kind { engine.move(partition, to: node, from: self) }
        }

        // MARK: Partitions that come

        /// Whether the memory of all of the claims' partitions was looked at here. Those that came since the connection
        /// was made, with their keys or without them, are looked at now, and the claims have to wait.
        private func adopt(_ claims: [Claim], by link: Link) -> Bool {
            let new = Set(claims.lazy.map(\.key.partition).filter { self.canaries[$0] == nil })
            if new.isEmpty { return true }
            let partitions = Array(new.subtracting(arriving))
            guard !partitions.isEmpty, let commands = engine.keys.readingCanaries(partitions, reign) else {
                return false
            }
            arriving.formUnion(partitions)
            let reign = reign
            link.call(commands) { replies in
                self.arriving.subtract(partitions)
                guard let replies, reign == self.reign, link.owner != nil else { return }
                for (index, partition) in partitions.enumerated() { self.take(partition, replies[2 * index + 1]) }
                // What is said to be elsewhere waits for the next look, or servers that point at each other would be
                // asked without end.
                if partitions.contains(where: { self.canaries[$0] != nil }) { self.engine.sendWaiting() }
            }
            return false
        }

        /// What the canary of a partition that came said.
        private func take(_ partition: Int, _ reply: RESPValue) {
            switch reply {
            case .bulk(let value):
                guard canaries[partition] == nil, let canary = Canary(value) else { return }
                canaries[partition] = canary
                canaryKeys[partition] = engine.keys.canary(partition, reign)
                // Whether it came with its keys can not be told. If it was not here before, its canary is young.
                let since = min(canary.createdAt, .now())
                if engine.remember(since: since) {
                    engine.observe(ValkeyEvent(.memoryLost, server: address.description, since: since))
                }
            case .error(let error):
                if case .moved(_, let node) = error.kind { engine.move(partition, to: node, from: self) }
            default: break
            }
        }

        func closed(_ link: Link, unanswered: [Claim], batches: Int) {
            defer { engine.batchesEnded(batches) }
            guard let index = slots.firstIndex(where: { $0.link === link }) else { return }
            slots[index].link = nil
            slots[index].failures += 1
            engine.observe(
                ValkeyEvent(link.wasReady ? .disconnected : .connectFailed, server: address.description))
            engine.resend(unanswered)
            guard !isStopped else { return }
            if !link.wasReady, readyLink() == nil { engine.unreachable(self) }
            engine.after(Backoff.delay(slots[index].failures)) { [weak self] in self?.connect(index) }
        }

        // MARK: Now and then

        /// Ends what has waited for too long, and asks whether the server is still the one it was.
        func look(now: NIODeadline, limit: TimeAmount, isPollDue: Bool) {
            for slot in slots {
                guard let link = slot.link else { continue }
                if now - (link.waitsSince ?? now) > limit || link.mode == nil && now - link.openedAt > limit {
                    link.close()
                } else if isPollDue, link.isReady, let (partition, key) = canaryKeys.first {
                    poll(link, partition, key)
                }
            }
        }

        private func poll(_ link: Link, _ partition: Int, _ key: [UInt8]) {
            link.call([.info, .get(key: key)]) { replies in
                guard let replies, link.owner != nil else { return }
                guard case .bulk(let text) = replies[0], let info = ServerInfo(text), info.isPrimary,
                    info.reign == self.reign, info.evictionPolicy ?? "noeviction" == "noeviction"
                else { return self.reconnect() }
                switch replies[1] {
                case .bulk(let value) where self.canaries[partition].map { $0.value == value } ?? true:
                    self.lastConfirmed = .now()
                case .error(let error) where self.engine.keys.isCluster && error.isRedirection:
                    self.left(partition, error)
                default: self.reconnect()
                }
            }
        }
    }

    /// How long to wait before a connection is tried again: 10 ms, doubled each time up to 250 ms so that a server that
    /// is back is found within a second, and less by a random part of up to a half so that nodes do not come all at once.
    enum Backoff {
        static func delay(_ failures: Int) -> TimeAmount {
            let longest: Int64 = min(250_000, 10_000 << (min(max(failures, 1), 6) - 1))
            return .microseconds(Int64.random(in: longest / 2...longest))
        }
    }

    extension ServerError {
        /// Whether the server says that something is, or is going, elsewhere.
        var isRedirection: Bool {
            switch kind {
            case .moved, .ask, .tryAgain: true
            default: false
            }
        }
    }
#endif
