#if Valkey
    import DPoPCore

    /// What a server remembers since when: looked at on each new connection, and for what comes to it later.
    extension Primary {
        func take(_ result: Handshake.Result) {
            let isKnown = memory.isKnown
            let isSameReign = result.info.reign == memory.reign
            let isSame = isSameReign && memory.canaries.allSatisfy { result.canaries[$0.key] ?? $0.value == $0.value }
            let now = UnixTime.now()
            // What was lost was lost before now, by whatever clock it was noted. What is known already was judged when
            // it was met: one noted by a clock that is fast would else seem lost anew with each connection.
            let met = result.canaries.filter { !isSameReign || memory.canaries[$0.key] != $0.value }
            var since = met.values.map { min($0.createdAt, now) }.max()
            if isKnown, !isSame { since = max(since ?? now, memory.lastConfirmed ?? .init(seconds: .min)) }
            memory.begin(result.info, result.canaries, engine.keys)
            let isLoss = since.map { engine.remember(since: $0) } ?? false
            for partition in result.canaries.keys { engine.own(partition, self) }
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
        func drop(_ partition: Int) { memory.drop(partition) }

        /// The partition's canary is elsewhere; perhaps the partition too.
        func left(_ partition: Int, _ error: ServerError) {
            // On its way it leaves the canary behind or takes it along: another is read then.
            memory.leave(partition)
            if case .moved(_, let node) = error.kind { engine.move(partition, to: node, from: self) }
        }

        // MARK: Partitions that come

        /// Looks at the memory of the claims' partitions, which came here since the connection was made, with their keys
        /// or without them.
        func adopt(_ claims: [Claim], by link: Link) {
            let partitions = Array(Set(claims.lazy.map(\.key.partition)).subtracting(memory.arriving))
            guard !partitions.isEmpty, let commands = engine.keys.readingCanaries(partitions, memory.reign) else {
                return
            }
            memory.arriving.formUnion(partitions)
            let reign = memory.reign
            link.call(commands) { replies in
                self.memory.arriving.subtract(partitions)
                guard let replies, reign == self.memory.reign, link.owner != nil else { return }
                for (index, partition) in partitions.enumerated() { self.take(partition, replies[2 * index + 1]) }
                // What is said to be elsewhere waits for the next look, or servers that point at each other would be
                // asked without end.
                if partitions.contains(where: { self.memory.canaries[$0] != nil }) { self.engine.sendWaiting() }
            }
        }

        /// What the canary of a partition that came said.
        private func take(_ partition: Int, _ reply: RESPValue) {
            switch reply {
            case .bulk(let value):
                guard memory.canaries[partition] == nil, let canary = Canary(value) else { return }
                memory.add(partition, canary, engine.keys)
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
