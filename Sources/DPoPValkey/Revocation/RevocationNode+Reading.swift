#if Valkey
    internal import DPoPCore

    extension RevocationNode {
        struct Reading {
            let number: UInt32
            /// False if something can not be read, and whose revocation that is can not be known, or was not taken in.
            let isComplete: Bool
        }

        /// Reads what changed, or everything, into the view, which is then confirmed as of `sent`, if that is complete.
        ///
        /// - Parameters:
        ///   - version: the server's, read before, at `sent`.
        ///   - full: also the pages whose key has not changed, and the first that has none. Only that shows what another
        ///     node put into a slot just before it stopped.
        func read(
            _ version: [UInt8]?, sent: ContinuousClock.Instant, full: Bool
        ) async throws(ServerUnavailable) -> Reading {
            let (reading, known) = view.withLock { ($0.beginReading(), $0.slots.values) }
            let values = try await get((0..<keys.pages).map(keys.page))
            // Pages are filled from the first on.
            let unannounced = full ? values.firstIndex(of: nil) : nil
            var isComplete = true
            for (page, value) in values.enumerated() {
                if value != nil || page == unannounced {
                    guard full || value != known[page] else { continue }
                    let isWhole = try await readPage(page, value: value, reading: reading)
                    isComplete = isComplete && isWhole
                } else {
                    view.withLock { $0.slots.read(page, value: nil, occupied: [], reading: reading) }
                }
            }
            if isComplete { view.withLock { $0.endReading(version: version, sent: sent, full: full) } }
            return Reading(number: reading, isComplete: isComplete)
        }

        /// False if not all could be read, or taken in.
        private func readPage(_ page: Int, value: [UInt8]?, reading: UInt32) async throws(ServerUnavailable) -> Bool {
            let first = page * RevocationKeys.slotsPerPage
            let slots = first..<first + RevocationKeys.slotsPerPage
            let values = try await get(slots.map(keys.slot))
            var occupied: [Int] = []
            var found: [(slot: Int, revocation: Revocation)] = []
            for (slot, value) in zip(slots, values) {
                guard let value else { continue }
                occupied.append(slot)
                if let revocation = Revocation(bytes: value) { found.append((slot, revocation)) }
            }
            let isReadable = found.count == occupied.count
            let now = time.now()
            let hasRoom = view.withLock { view in
                var hasRoom = true
                for (slot, revocation) in found {
                    let isIn = view.add(revocation, slot: slot, reading: reading, now: now)
                    hasRoom = hasRoom && isIn
                }
                let isWhole = isReadable && hasRoom
                view.slots.read(page, value: isWhole ? value : nil, occupied: occupied, reading: reading)
                return hasRoom
            }
            if !hasRoom { reportOnce(.full) }
            if !isReadable, let slot = occupied.first(where: { slot in !found.contains { $0.slot == slot } }) {
                reportOnce(.unreadable(slot: slot))
            }
            return isReadable && hasRoom
        }

        /// What is revoked now, by thumbprint.
        func list(now: UnixTime) async throws(ValkeyRevocationError) -> [RevokedKey] {
            do {
                let (sent, version) = try await askVersion()
                guard try await read(version, sent: sent, full: true).isComplete else { throw ServerUnavailable() }
            } catch {
                throw .unavailable
            }
            let live = view.withLock { $0.entries }.filter { $0.value.extent.isLive(at: now) }
            return live.map { ($0.key.jkt, $0.key, $0.value.extent) }
                .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
                .map { RevokedKey(thumbprint: $0.1, issuedBefore: $0.2.issuedBefore, until: $0.2.until) }
        }

        /// What of the view is not at the server.
        func missing(in reading: UInt32) -> [Revocation] {
            // A copy, so that the lock is not held while it is gone through.
            let snapshot = view.withLock { $0 }
            let now = time.now()
            var missing: [Revocation] = []
            var ranOut: [Thumbprint] = []
            for (thumbprint, entry) in snapshot.entries
            where snapshot.isMissing(entry, reading: reading) || snapshot.unwritten.contains(thumbprint) {
                if entry.extent.isLive(at: now) {
                    missing.append(Revocation(thumbprint, entry.extent))
                } else {
                    ranOut.append(thumbprint)
                }
            }
            if !ranOut.isEmpty { view.withLock { $0.forget(ranOut, reading: reading, now: now) } }
            return missing
        }
    }
#endif
