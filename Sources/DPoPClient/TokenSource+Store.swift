import DPoPCore

extension TokenSource {
    /// Changes the record by the store's exclusive update, and what this process uses with it. Another access token and a
    /// store that could not be written are reported when all is done.
    ///
    /// - Parameters:
    ///   - isKept: whether a record that could not be written is used all the same, because what is in it can not be had
    ///     again.
    ///   - body: is given the record as of now, gives the new one, or nil if it stays as it is.
    func change(
        isKept: Bool, _ body: @escaping @Sendable (SessionRecord?) async throws -> SessionRecord?
    ) async throws -> Live {
        let (live, events) = try await inTurn(isKept, body)
        // Others may have their turn by now: an observer may take its time.
        for event in events { memory.observe(event) }
        return live
    }

    private func inTurn(
        _ isKept: Bool, _ body: @escaping @Sendable (SessionRecord?) async throws -> SessionRecord?
    ) async throws -> (Live, [SessionEvent]) {
        try await turns.take()
        defer { turns.pass() }
        let outcome = Locked<Outcome?>(nil)
        do {
            try await store.update { stored in
                let (record, isAhead) = self.latest(stored)
                // A record of somebody else, or of a key that is not at hand, stays as it is.
                if let record {
                    try self.checkIdentity(of: record)
                    _ = try self.core(of: record.current.key, isCurrent: true)
                }
                var changed = try await body(record)
                if let identity = self.identity { changed?.identity = identity }
                if let result = changed ?? record {
                    let text = result.current.tokens?.credential.text
                    let isRenewed = text != nil && text != record?.current.tokens?.credential.text
                    outcome.withLock { $0 = Outcome(record: result, before: stored?.mark, isRenewed: isRenewed) }
                }
                return changed ?? (isAhead ? record : nil)
            }
        } catch {
            guard isKept, let outcome = outcome.withLock({ $0 }) else { throw error }
            let now = memory.now
            state.withLock { $0.triedToSave = now }
            let failed = SessionEvent.storeFailed((error as? DPoPClientError)?.code)
            return (try adopt(outcome.record, .ahead(of: outcome.before)), [failed] + outcome.events)
        }
        guard let outcome = outcome.withLock({ $0 }) else {
            throw DPoPClientError(.storeUnreadable, "the session's store did not do what it was asked")
        }
        return (try adopt(outcome.record, .stored), outcome.events)
    }

    /// What a change came to.
    private struct Outcome {
        let record: SessionRecord
        /// Of what the store had before.
        let before: SessionRecord.Mark?
        /// Whether it brought another access token.
        let isRenewed: Bool

        var events: [SessionEvent] { isRenewed ? [.tokenRenewed(record.current.jkt)] : [] }
    }

    /// The newer one of the store's record and this process's own: its own one where the store has not changed since it
    /// could not be written, or has been emptied, since there may be tokens bound to its key.
    private func latest(_ stored: SessionRecord?) -> (record: SessionRecord?, isAhead: Bool) {
        guard let live = state.withLock({ $0.live }) else { return (stored, false) }
        guard let stored else { return (live.record, true) }
        return live.isAhead(of: stored.mark) ? (live.record, true) : (stored, false)
    }

    /// Throws `storeMismatch` for a record of another client's or another server's.
    private func checkIdentity(of record: SessionRecord) throws(DPoPClientError) {
        guard let identity, let other = record.identity, identity != other else { return }
        throw DPoPClientError(
            .storeMismatch, "the session's store has the tokens of another client or another authorization server")
    }

    /// Takes a record into use. Throws `storeMismatch`, and `keyMismatch` where its current key is not at hand.
    func adopt(_ record: SessionRecord, _ standing: Live.Standing) throws(DPoPClientError) -> Live {
        try checkIdentity(of: record)
        let core = try core(of: record.current.key, isCurrent: true)
        var others: [Thumbprint: SessionCore] = [:]
        for entry in record.others { others[entry.jkt] = try? self.core(of: entry.key, isCurrent: false) }
        let live = Live(record, core, others: others, standing)
        state.withLock { $0.live = live }
        return live
    }

    /// What signs by a key. Sessions of all keys share nonces, clocks and settings.
    func core(of key: SessionRecord.Key, isCurrent: Bool) throws(DPoPClientError) -> SessionCore {
        let signers = signers.withLock { $0 }
        let core = signers.cores[key.jkt] ?? (signers.next?.jkt == key.jkt ? signers.next : nil)
        guard !isCurrent || signers.current == nil || signers.current == key.jkt || signers.next?.jkt == key.jkt else {
            throw DPoPClientError(.keyMismatch, "the session's record is of another key than the one that is given")
        }
        if let core { return core }
        guard case .held(let held) = key else {
            throw DPoPClientError(.keyMismatch, "the session's key is held elsewhere, and by no signer that is given")
        }
        if let live = state.withLock({ $0.live }) {
            if live.core.jkt == key.jkt { return live.core }
            if let core = live.others[key.jkt] { return core }
        }
        return DPoPSession(ProofBuilder(signer: held), memory).core
    }

    func newRecord() async throws -> SessionRecord {
        if let jkt = signers.withLock({ $0.current }) { return try SessionRecord(key: .elsewhere(jkt)) }
        return try SessionRecord(key: .held(try await newKey()))
    }

    func newKey() async throws(DPoPClientError) -> SigningKey {
        // An RSA key takes up to seconds.
        try await BlockingWork.run { [algorithm] () throws(DPoPClientError) in
            do { return try SigningKey.generate(algorithm) } catch {
                throw DPoPClientError(.keyUnavailable, "no key could be made", underlying: error)
            }
        }
    }

    // MARK: Saving

    /// Writes tokens that the store did not take before, if there are such. Throws what the store throws.
    public func save() async throws {
        guard state.withLock({ $0.live })?.isStored == false else { return }
        let live = try await change(isKept: true) { _ in nil }
        guard live.isStored else {
            throw DPoPClientError(.storeNotWritten, "the session's store still does not take the latest tokens")
        }
    }

    /// Tries to write them in the background, once in a while.
    func saveIfDue(_ live: Live, _ now: UnixTime) {
        guard !live.isStored else { return }
        let isDue = state.withLock { state -> Bool in
            if let tried = state.triedToSave, tried <= now, now < tried.advanced(bySeconds: TokenSource.pause) {
                return false
            }
            state.triedToSave = now
            return true
        }
        // It reports its failure as an event.
        if isDue { Task { try? await self.save() } }
    }
}

extension Live {
    fileprivate var isStored: Bool { standing == .stored }
}
