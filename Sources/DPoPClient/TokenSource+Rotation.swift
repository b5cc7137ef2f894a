public import DPoPCore

extension TokenSource {
    /// Changes to a new key, which the store keeps: it is stored, then a token is asked for with it, and then it is the
    /// current one. Tokens of the key from before stay with it until they expire, for requests that are under way.
    ///
    /// A public client's refresh token stays with its key (RFC 9449 §5), so a new grant is needed: where there is none
    /// without the user, this throws `keyMismatch` and everything stays as it was. So it does for all else that is thrown:
    /// what ``current()`` throws.
    public func rotateKey() async throws {
        let key = try await newKey()
        try await rotate(.held(key), DPoPSession(ProofBuilder(signer: key), memory).core)
    }

    /// Changes to a new key that the caller holds, otherwise as ``rotateKey()``.
    public func rotate(to signer: some LocalProofSigner) async throws {
        let core = DPoPSession(ProofBuilder(signer: signer), memory).core
        try await rotate(.elsewhere(core.jkt), core)
    }

    /// Changes to a new key that is held elsewhere, otherwise as ``rotateKey()``.
    public func rotate(to signer: some ProofSigner) async throws {
        let core = DPoPSession(ProofBuilder(signer: signer), memory).core
        try await rotate(.elsewhere(core.jkt), core)
    }

    /// One change of the key after the other, and in a task of its own: it goes on when the caller is cancelled, because the
    /// answer to a token request may hold the only refresh token that is left.
    private func rotate(_ key: SessionRecord.Key, _ core: SessionCore) async throws {
        _ = try await SingleFlight<Void>().result {
            let isChanged = try await self.inTurn(key, core)
            if isChanged { self.memory.observe(.keyRotated(core.jkt)) }
        }
    }

    private func inTurn(_ key: SessionRecord.Key, _ core: SessionCore) async throws -> Bool {
        try await rotations.take()
        defer { rotations.pass() }
        return try await changeKey(key, core)
    }

    /// Whether the key is another one than before.
    private func changeKey(_ key: SessionRecord.Key, _ core: SessionCore) async throws -> Bool {
        if case .elsewhere = key { signers.withLock { $0.next = core } }
        do {
            guard try await live().core.jkt != core.jkt else {
                finish(key, core)
                return false
            }
            try await announce(key)
            _ = try await change(isKept: true) { record in
                // Another process may have changed to that key.
                guard var record, record.current.jkt != core.jkt else { return nil }
                let tokens: SessionRecord.Tokens
                do {
                    tokens = try await self.tokens(core, refresh: record.current.tokens?.refreshToken)
                } catch let end as RefreshEnded {
                    // It stays: with its own key it may be taken.
                    throw end.reason
                }
                record.others.removeAll { $0.jkt == core.jkt }
                record.others.insert(record.current, at: 0)
                record.current = SessionRecord.Entry(key: key, tokens: tokens)
                record.prune(now: self.memory.now, keepsUnused: false)
                self.finish(key, core)
                return record
            }
            finish(key, core)
            return true
        } catch {
            await withdraw(core.jkt)
            // One's own alone: others may have changed the rest.
            signers.withLock { if $0.next?.jkt == core.jkt { $0.next = nil } }
            throw error
        }
    }

    /// The key is what the record is to name from now on.
    private func finish(_ key: SessionRecord.Key, _ core: SessionCore) {
        signers.withLock { signers in
            signers.next = nil
            if case .elsewhere = key {
                signers.cores[core.jkt] = core
                signers.current = core.jkt
            } else {
                signers.current = nil
            }
        }
    }

    /// Stores a key before any token is bound to it; a store that can not be written so costs no grant.
    private func announce(_ key: SessionRecord.Key) async throws {
        _ = try await change(isKept: false) { record in
            guard var record, record.current.jkt != key.jkt else { return nil }
            record.prune(now: self.memory.now, keepsUnused: false)
            // One that is gone back to is there, with its tokens.
            guard !record.others.contains(where: { $0.jkt == key.jkt }) else { return record }
            record.others.insert(SessionRecord.Entry(key: key, tokens: nil), at: 0)
            record.others = Array(record.others.prefix(SessionRecord.maximumOthers))
            return record
        }
    }

    /// Takes a key out that came to nothing; where that fails it does no harm.
    private func withdraw(_ jkt: Thumbprint) async {
        _ = try? await change(isKept: false) { record in
            guard var record, record.others.contains(where: { $0.jkt == jkt && $0.tokens == nil }) else { return nil }
            record.others.removeAll { $0.jkt == jkt }
            return record
        }
    }
}
