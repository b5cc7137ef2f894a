#if Valkey
    internal import DPoPCore

    extension RevocationNode {
        /// Revokes on all nodes: returns when the server has it, and the version says so.
        ///
        /// If the server gives no answer, or has no memory for it, this node's own view has it all the same, and writes it
        /// with the first poll that can.
        func revoke(_ revocation: Revocation, now: UnixTime) async throws(ValkeyRevocationError) {
            guard revocation.extent.isLive(at: now) else { return }
            let (whole, hasRoom) = view.withLock { view in
                // With what is known of the key already, so that one value says all.
                guard let known = view.entries[revocation.thumbprint], known.extent.isLive(at: now) else {
                    return (revocation, view.hasRoom(now: now))
                }
                return (Revocation(revocation.thumbprint, known.extent.union(revocation.extent)), true)
            }
            guard hasRoom else { throw .full }
            var isPlaced = false
            do {
                if !view.withLock({ $0.isRead }) { try await readForWriting(full: true) }
                isPlaced = try await place(whole, now: now)
                if isPlaced { return }
                // What has run out since may have made room.
                try await readForWriting(full: true)
                isPlaced = try await place(whole, now: now)
            } catch {
                // Also where it is in its slot by now, since nobody was told.
                let isKnown = view.withLock { view in
                    let isKnown = view.add(whole, slot: nil, reading: view.reading, now: now)
                    view.owe([whole])
                    return isKnown
                }
                throw isKnown && !error.isFull ? .unavailable : .full
            }
            if !isPlaced { throw .full }
        }

        /// Where something can not be read, it can be written all the same.
        private func readForWriting(full: Bool) async throws(ServerUnavailable) {
            let (sent, version) = try await askVersion()
            _ = try? await read(version, sent: sent, full: full)
        }

        /// Puts a revocation into a slot and tells the others. False if there is no slot.
        private func place(_ revocation: Revocation, now: UnixTime) async throws(ServerUnavailable) -> Bool {
            while true {
                let attempt = try await put([revocation], now: now)
                if !attempt.pages.isEmpty {
                    try await announce(attempt.pages)
                    view.withLock { $0.settle([revocation]) }
                    // Whether anyone hears it does not matter: they ask.
                    _ = try? await send([.publish(channel: keys.channel, message: revocation.bytes)])
                    return true
                }
                if attempt.isFull { return false }
            }
        }

        /// Writes what this node could not write, or not announce. Before a reading, so that the others need not wait for
        /// that; but not before the first, as it is not known where there is room.
        func writeUnwritten() async {
            let now = time.now()
            let unwritten = view.withLock { view in
                guard view.isRead else { return [Revocation]() }
                return view.unwritten.compactMap { key in view.entries[key].map { Revocation(key, $0.extent) } }
            }
            // Taken up again by the next poll. The view has them, so it may be confirmed all the same.
            try? await writeBack(unwritten.filter { $0.extent.isLive(at: now) })
        }

        /// Gives the server what it has lost (it was emptied, or a replica that had not heard of it took over), or never
        /// got. If it gives no answer the next poll does it.
        func writeBack(_ missing: [Revocation]) async throws(ServerUnavailable) {
            if missing.isEmpty { return }
            view.withLock { $0.settle(missing) }
            // In the order of thumbprints, so that all nodes have the same.
            let missing = missing.map { ($0.thumbprint.bytes, $0) }
                .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
            var pages: Set<Int> = []
            var isFull = false
            do {
                for start in stride(from: 0, to: missing.count, by: Self.batch / 2) where !isFull {
                    var left = Array(missing[start..<min(start + Self.batch / 2, missing.count)])
                    while !left.isEmpty && !isFull {
                        let attempt = try await put(left, now: time.now())
                        pages.formUnion(attempt.pages)
                        (left, isFull) = (attempt.left, attempt.isFull)
                    }
                }
                if !pages.isEmpty { try await announce(pages) }
            } catch {
                // Also what is in its slot by now, since nobody was told.
                view.withLock { $0.owe(missing) }
                if error.isFull { reportOnce(.full) }
                throw error
            }
            report(isFull ? .full : .writtenBack(missing.count))
        }
    }
#endif
