#if Valkey
    internal import DPoPCore

    extension RevocationNode {
        /// Revokes on all nodes: returns when the server has it, and the version says so.
        ///
        /// If the server gives no answer this node's own view has it all the same, and writes it when it can.
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
                view.withLock { view in
                    _ = view.add(whole, slot: nil, reading: view.reading, now: now)
                    view.askReading()
                }
                throw .unavailable
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
                    try await announce(attempt.pages, revocation)
                    return true
                }
                if attempt.isFull { return false }
            }
        }

        /// Gives the server back what it has lost: it was emptied, or a replica that had not heard of it took over.
        func writeBack(missingIn reading: UInt32) async throws(ServerUnavailable) {
            let missing = missing(in: reading)
            if missing.isEmpty { return }
            var pages: Set<Int> = []
            var isFull = false
            for start in stride(from: 0, to: missing.count, by: Self.batch / 2) where !isFull {
                var left = Array(missing[start..<min(start + Self.batch / 2, missing.count)])
                while !left.isEmpty && !isFull {
                    let attempt = try await put(left, now: time.now())
                    pages.formUnion(attempt.pages)
                    (left, isFull) = (attempt.left, attempt.isFull)
                }
            }
            if !pages.isEmpty { try await announce(pages, nil) }
            report(isFull ? .full : .writtenBack(missing.count))
        }

        /// What came of putting revocations into slots.
        struct Attempt {
            /// On these pages are those that are in a slot now, by this node's hand or another's.
            var pages: Set<Int> = []
            /// Those that are not: something else was in theirs.
            var left: [Revocation] = []
            /// There was no slot for some of those.
            var isFull = false
        }

        /// Tries one slot for each. That a slot is taken is no more than a reason to look what is in it: it may be the
        /// same, from a call whose reply was lost.
        private func put(_ revocations: [Revocation], now: UnixTime) async throws(ServerUnavailable) -> Attempt {
            var attempt = Attempt()
            let places = view.withLock { view in revocations.map { view.place(for: $0) } }
            var tried: [(revocation: Revocation, slot: Int)] = []
            var commands: [Command] = []
            for (revocation, slot) in zip(revocations, places) {
                guard let slot else {
                    attempt.left.append(revocation)
                    attempt.isFull = true
                    continue
                }
                tried.append((revocation, slot))
                commands.append(
                    .set(
                        key: keys.slot(slot), value: revocation.bytes,
                        milliseconds: revocation.extent.milliseconds(from: now), onlyIfAbsent: true,
                        returningOld: false))
                commands.append(.get(key: keys.slot(slot)))
            }
            if tried.isEmpty { return attempt }
            let replies: [RESPValue]
            do {
                replies = try await send(commands)
            } catch {
                // The next call looks there again: it may have been done.
                view.withLock { view in
                    for (_, slot) in tried { view.slots.giveBack(slot) }
                }
                throw error
            }
            for (index, (revocation, slot)) in tried.enumerated() {
                guard replies[2 * index] == .simple("OK") || replies[2 * index] == .null else {
                    throw ServerUnavailable()
                }
                let held = try Self.value(replies[2 * index + 1]).flatMap { Revocation(bytes: $0) }
                let isIn = held.map { $0.thumbprint == revocation.thumbprint && $0.extent.covers(revocation.extent) }
                view.withLock { view in
                    if let held { _ = view.add(held, slot: slot, reading: view.reading, now: now) }
                    if isIn != true { view.isNot(revocation.thumbprint, in: slot) }
                    // A server that loses it before the next poll has the version that is known here.
                    view.slots.changed(slot)
                    view.askReading()
                }
                if isIn == true {
                    attempt.pages.insert(slot / RevocationKeys.slotsPerPage)
                } else {
                    attempt.left.append(revocation)
                }
            }
            return attempt
        }

        /// Says which pages changed, after they did: their keys first, then the version, then a message to those who
        /// listen.
        private func announce(_ pages: Set<Int>, _ revocation: Revocation?) async throws(ServerUnavailable) {
            guard let random = Self.random() else { throw ServerUnavailable() }
            let named = pages.sorted().map(keys.page) + [keys.version]
            for start in stride(from: 0, to: named.count, by: Self.batch) {
                let batch = named[start..<min(start + Self.batch, named.count)]
                let replies = try await send(
                    batch.map {
                        .set(
                            key: $0, value: random, milliseconds: nil, onlyIfAbsent: false, returningOld: false)
                    })
                guard replies.allSatisfy({ $0 == .simple("OK") }) else { throw ServerUnavailable() }
            }
            // Whether anyone hears it does not matter: they ask.
            if let revocation {
                _ = try? await send([.publish(channel: keys.channel, message: revocation.bytes)])
            }
        }

        /// 128 bits, in hexadecimal; nil if the random generator failed.
        private static func random() -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: 16)
            var output = bytes.mutableSpan
            guard RandomBytes.fill(&output) else { return nil }
            let digits = Array("0123456789abcdef".utf8)
            return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        }
    }
#endif
