#if Valkey
    import DPoPCore
    import NIOCore

    extension Primary {
        /// Ends what has waited for too long, and asks whether the server is still the one it was.
        func look(now: NIODeadline, limit: TimeAmount, isPollDue: Bool) {
            for slot in slots {
                guard let link = slot.link else { continue }
                if now - (link.waitsSince ?? now) > limit || link.mode == nil && now - link.openedAt > limit {
                    link.close()
                } else if isPollDue, link.isReady, let (partition, key) = memory.canaryKeys.randomElement() {
                    poll(link, partition, key)
                }
            }
        }

        private func poll(_ link: Link, _ partition: Int, _ key: [UInt8]) {
            link.call([.info, .get(key: key)]) { replies in
                guard let replies, link.owner != nil else { return }
                guard case .bulk(let text) = replies[0], let info = ServerInfo(text), info.isPrimary,
                    info.reign == self.memory.reign, info.evictionPolicy ?? "noeviction" == "noeviction"
                else { return self.reconnect() }
                switch replies[1] {
                case .bulk(let value) where self.memory.canaries[partition].map { $0.value == value } ?? true:
                    self.memory.lastConfirmed = .now()
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
#endif
