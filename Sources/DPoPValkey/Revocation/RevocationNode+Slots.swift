#if Valkey
    internal import DPoPCore

    extension RevocationNode {
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
        func put(_ revocations: [Revocation], now: UnixTime) async throws(ServerUnavailable) -> Attempt {
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
            var failure: ServerUnavailable?
            for (index, (revocation, slot)) in tried.enumerated() {
                do throws(ServerUnavailable) {
                    if try take(revocation, slot, set: replies[2 * index], get: replies[2 * index + 1], now: now) {
                        attempt.pages.insert(slot / RevocationKeys.slotsPerPage)
                    } else {
                        attempt.left.append(revocation)
                    }
                } catch {
                    view.withLock { $0.slots.giveBack(slot) }
                    failure = failure ?? error
                }
            }
            if let failure { throw failure }
            return attempt
        }

        /// Takes in what is in a slot now. Whether that is the revocation.
        private func take(
            _ revocation: Revocation, _ slot: Int, set: RESPValue, get: RESPValue, now: UnixTime
        ) throws(ServerUnavailable) -> Bool {
            guard set == .simple("OK") || set == .null else { throw ServerUnavailable(set) }
            let held = try Self.value(get).flatMap { Revocation(bytes: $0) }
            let isIn = held.map { $0.thumbprint == revocation.thumbprint && $0.extent.covers(revocation.extent) }
            view.withLock { view in
                if let held { _ = view.add(held, slot: slot, reading: view.reading, now: now) }
                if isIn != true { view.isNot(revocation.thumbprint, in: slot) }
                // A server that loses it before the next poll has the version that is known here.
                view.slots.changed(slot)
                view.askReading()
            }
            return isIn == true
        }

        /// Says which pages changed, after they did: their keys first, then the version.
        func announce(_ pages: Set<Int>) async throws(ServerUnavailable) {
            guard let random = Self.random() else { throw ServerUnavailable() }
            let named = pages.sorted().map(keys.page) + [keys.version]
            for start in stride(from: 0, to: named.count, by: Self.batch) {
                let batch = named[start..<min(start + Self.batch, named.count)]
                let replies = try await send(
                    batch.map {
                        .set(
                            key: $0, value: random, milliseconds: nil, onlyIfAbsent: false, returningOld: false)
                    })
                if let refusal = replies.first(where: { $0 != .simple("OK") }) { throw ServerUnavailable(refusal) }
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
