#if Valkey
    internal import DPoPCore
    internal import DPoPServer

    /// What a node knows to be revoked, and how sure it is that this is all.
    ///
    /// What is in it only grows wider until it has run out; nothing that the server says or no longer says takes
    /// anything away. So readings of the server that overlap, or that are late, do no harm.
    struct RevocationView {
        struct Entry {
            fileprivate(set) var extent: RevocationExtent
            /// A slot whose value reaches as far as this; negative: none is known.
            fileprivate(set) var slot: Int32
            /// The number of the last reading by which that was so; without a slot, in which it was heard of.
            fileprivate var seen: UInt32
        }

        /// For how long a view may be used after it was confirmed. From the promise to users: 5 s.
        static let patience = Duration.seconds(5)

        let capacity: Int
        private(set) var entries: [Thumbprint: Entry] = [:]
        var slots: RevocationSlots
        /// Keys whose revocation is still to be written, or to be announced, by this node.
        private(set) var unwritten: Set<Thumbprint> = []

        /// Of the last reading that was begun.
        private(set) var reading: UInt32 = 0
        /// The server's version as it was before the last reading that was complete.
        private(set) var version: [UInt8]?
        private(set) var isRead = false
        /// When the question was sent whose answer said that this is all.
        private(set) var confirmed: ContinuousClock.Instant?
        var saidConfirmed = false
        /// Reported since the last reading that was complete, so that each poll does not say it again.
        var saidTrouble: RevocationEvent?
        private var lastFull: ContinuousClock.Instant?
        private var wantsFull = false
        private var wantsReading = false

        init(capacity: Int, pages: Int) {
            self.capacity = capacity
            slots = RevocationSlots(pages: pages)
        }

        func status(
            of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime, at instant: ContinuousClock.Instant
        ) -> KeyStatus {
            // What was revoked stays so, confirmed or not.
            if let entry = entries[thumbprint], entry.extent.isLive(at: now),
                entry.extent.revokes(issuedAt: tokenIssuedAt)
            {
                return .revoked
            }
            return isConfirmed(at: instant) ? .active : .unknown
        }

        func isConfirmed(at instant: ContinuousClock.Instant) -> Bool {
            guard let confirmed else { return false }
            return instant - confirmed <= Self.patience
        }

        mutating func confirm(_ instant: ContinuousClock.Instant) {
            confirmed = confirmed.map { max($0, instant) } ?? instant
        }

        /// Takes in a revocation that was found in a slot, or heard of. False if there is no room; nothing is confirmed
        /// then.
        mutating func add(_ revocation: Revocation, slot: Int?, reading: UInt32, now: UnixTime) -> Bool {
            let new = Entry(extent: revocation.extent, slot: slot.map { Int32($0) } ?? -1, seen: reading)
            guard let known = entries[revocation.thumbprint] else {
                guard hasRoom(now: now) else {
                    confirmed = nil
                    wantsReading = true
                    return false
                }
                entries[revocation.thumbprint] = new
                return true
            }
            guard known.extent.isLive(at: now) else {
                entries[revocation.thumbprint] = new
                return true
            }
            guard revocation.extent.isLive(at: now) else { return true }
            var merged = known
            merged.extent = known.extent.union(revocation.extent)
            if merged.extent == revocation.extent, let slot {
                merged.slot = Int32(slot)
                merged.seen = max(known.seen, reading)
            } else if merged.extent != known.extent {
                merged.slot = -1
                merged.seen = reading
            } else {
                return true
            }
            entries[revocation.thumbprint] = merged
            return true
        }

        /// Whether another key can be revoked. What has run out makes room.
        mutating func hasRoom(now: UnixTime) -> Bool {
            if entries.count >= capacity {
                entries = entries.filter { $0.value.extent.isLive(at: now) }
                unwritten = unwritten.filter { entries[$0] != nil }
            }
            return entries.count < capacity
        }

        /// Where a revocation is to be put: where it is, as far as is known, or else a slot that seems free. Nil if
        /// there is none.
        mutating func place(for revocation: Revocation) -> Int? {
            if let known = entries[revocation.thumbprint], known.slot >= 0, known.extent == revocation.extent {
                slots.take(Int(known.slot))
                return Int(known.slot)
            }
            return slots.takeFree(for: revocation.thumbprint)
        }

        /// A revocation is not in the slot where it was believed to be.
        mutating func isNot(_ thumbprint: Thumbprint, in slot: Int) {
            if entries[thumbprint]?.slot == Int32(slot) { entries[thumbprint]?.slot = -1 }
        }

        // MARK: What is still to be written

        /// The server, or the other nodes, may not have heard of these.
        mutating func owe(_ revocations: [Revocation]) {
            for revocation in revocations where entries[revocation.thumbprint] != nil {
                unwritten.insert(revocation.thumbprint)
            }
        }

        /// These are written and announced, or will be owed again. What was widened meanwhile stays.
        mutating func settle(_ revocations: [Revocation]) {
            if unwritten.isEmpty { return }
            for revocation in revocations {
                guard entries[revocation.thumbprint].map({ revocation.extent.covers($0.extent) }) ?? true else {
                    continue
                }
                unwritten.remove(revocation.thumbprint)
            }
        }

        // MARK: Reading the server

        enum Need {
            case nothing
            case changes
            case everything
        }

        /// What has to be read, now that the server has this version.
        mutating func need(version: [UInt8]?, at instant: ContinuousClock.Instant) -> Need {
            let full = lastFull.map { wantsFull || instant - $0 >= .seconds(60) } ?? true
            let changed = !isRead || wantsReading || version != self.version
            (wantsFull, wantsReading) = (false, false)
            return full ? .everything : changed ? .changes : .nothing
        }

        mutating func askFull() { wantsFull = true }

        mutating func askReading() { wantsReading = true }

        mutating func beginReading() -> UInt32 {
            reading &+= 1
            return reading
        }

        /// A reading that was begun after `sent` is complete.
        mutating func endReading(version: [UInt8]?, sent: ContinuousClock.Instant, full: Bool) {
            self.version = version
            isRead = true
            saidTrouble = nil
            if full { lastFull = max(sent, lastFull ?? sent) }
            confirm(sent)
        }

        /// Whether an entry was known before a reading began that did not find it.
        func isMissing(_ entry: Entry, reading: UInt32) -> Bool {
            entry.slot < 0 ? entry.seen < reading : entry.seen < slots.lastRead(Int(entry.slot))
        }

        /// Forgets what has run out and is gone from the server.
        mutating func forget(_ thumbprints: [Thumbprint], reading: UInt32, now: UnixTime) {
            for thumbprint in thumbprints {
                guard let entry = entries[thumbprint], !entry.extent.isLive(at: now) else { continue }
                unwritten.remove(thumbprint)
                if isMissing(entry, reading: reading) { entries[thumbprint] = nil }
            }
        }
    }
#endif
