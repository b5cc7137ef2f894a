#if Valkey
    import DPoPCore
    import NIOCore

    /// One server that remembers, and the connections to it, which are made again and again.
    final class Primary: LinkOwner {
        private(set) var address: ValkeyAddress
        unowned let engine: Engine
        private(set) var slots: [Slot]
        private var next = 0
        private var isStopped = false
        /// How long a connection must have been of use for the next to be tried at once.
        private static let proven = TimeAmount.seconds(1)
        /// What the server remembers since when, as far as it was looked at.
        var memory = PrimaryMemory()

        struct Slot {
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

        /// Sends claims. Those that can not be sent now come back: there is no connection for them, or the memory of
        /// their partitions is looked at first.
        func send(_ claims: [Claim], asking: Bool = false) -> [Claim] {
            guard let link = readyLink() else { return claims }
            var (claims, late) = (claims, [Claim]())
            if !asking, engine.keys.isCluster {
                // The others do not wait for those: anyone can make a proof of any partition.
                late = claims.filter { memory.canaries[$0.key.partition] == nil }
                if !late.isEmpty {
                    adopt(late, by: link)
                    claims.removeAll { memory.canaries[$0.key.partition] == nil }
                }
            }
            guard let first = claims.first else { return late }
            let partition = engine.keys.isCluster ? first.key.partition : 0
            guard let ground = memory.ground(for: partition),
                link.send(claims, engine.keys, on: ground, asksReign: memory.asksReign, asking: asking)
            else { return claims + late }
            engine.batchBegan()
            return late
        }

        func finished(_ batch: Batch, canary: RESPValue, info: RESPValue?, on link: Link) {
            switch batch.ground.compare(canary: canary, info: info, isCluster: engine.keys.isCluster) {
            case .kept:
                if info != nil { memory.noteReign(of: batch.ground, askedAt: batch.sentAt) }
                guard info != nil || memory.holdsReign else {
                    // The answer took so long that the question has to be asked.
                    engine.resend(batch.claimed)
                    break
                }
                memory.lastConfirmed = .now()
                for claim in batch.claimed { claim.answer(.claimed) }
            case .elsewhere(let error):
                // Nothing is lost, but nothing is confirmed.
                left(batch.ground.partition, error)
                for claim in batch.claimed {
                    if batch.mode == .returningOld {
                        engine.redirect(claim, to: nil)
                    } else {
                        claim.answer(.unavailable)
                    }
                }
            case .lost:
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
                engine.observe(ValkeyEvent(.connected, server: address.description))
                engine.ready(self)
            case .failure(.replica(let elsewhere)) where !elsewhere.isEmpty:
                if engine.agree(isCluster: true) {
                    for (partition, node) in elsewhere { engine.hear(partition, at: node, from: self) }
                }
                link.close()
            case .failure(.clusterDatabase):
                _ = engine.agree(isCluster: true)
                link.close()
            case .failure(let failure):
                engine.failed(self, failure)
                link.close()
            }
        }

        func closed(_ link: Link, unanswered: [Claim], batches: Int) {
            defer { engine.batchesEnded(batches) }
            guard let index = slots.firstIndex(where: { $0.link === link }) else { return }
            slots[index].link = nil
            // One that is lost again at once is no success: two servers may be behind one address, in turns.
            let lasted = link.readySince.map { NIODeadline.now() - $0 > Primary.proven } ?? false
            slots[index].failures = lasted ? 1 : slots[index].failures + 1
            let wasReady = link.readySince != nil
            engine.observe(
                ValkeyEvent(wasReady ? .disconnected : .connectFailed, server: address.description))
            engine.resend(unanswered)
            guard !isStopped else { return }
            if !wasReady, readyLink() == nil { engine.unreachable(self) }
            engine.after(Backoff.delay(slots[index].failures)) { [weak self] in self?.connect(index) }
        }
    }
#endif
