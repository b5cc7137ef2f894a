#if Valkey
    import DPoPCore
    import NIOCore

    /// What the halves of a proxy's connections share.
    final class ProxyState: Sendable {
        private struct Values {
            var target = 0
            var faults = FaultProxy.Faults()
            var channels: [ObjectIdentifier: any Channel] = [:]
            var accepted = 0
            var cuts = 0
            var replyBytes: Int?
        }

        /// To connections.
        enum Event {
            /// The faults have changed.
            case pump
            case cut
        }

        private let values = Locked(Values())

        var target: Int {
            get { values.withLock { $0.target } }
            set { values.withLock { $0.target = newValue } }
        }

        var faults: FaultProxy.Faults {
            get { values.withLock { $0.faults } }
            set { values.withLock { $0.faults = newValue } }
        }

        var open: Int { values.withLock { $0.channels.count } }
        var accepted: Int { values.withLock { $0.accepted } }
        var cuts: Int { values.withLock { $0.cuts } }

        func cut(afterReplyBytes count: Int) { values.withLock { $0.replyBytes = count } }

        /// Counts the bytes of a reply. How many of them may pass before the connection is to be cut; nil: all, and it is
        /// not.
        func pass(_ count: Int) -> Int? {
            values.withLock { values in
                guard let left = values.replyBytes else { return nil }
                guard left <= count else {
                    values.replyBytes = left - count
                    return nil
                }
                values.replyBytes = nil
                values.cuts += 1
                return left
            }
        }

        func add(_ channel: any Channel) {
            values.withLock { values in
                values.channels[ObjectIdentifier(channel)] = channel
                values.accepted += 1
            }
        }

        func remove(_ channel: any Channel) {
            values.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        }

        func tell(_ event: Event) {
            for channel in values.withLock({ Array($0.channels.values) }) {
                channel.pipeline.fireUserInboundEventTriggered(event)
            }
        }
    }
#endif
