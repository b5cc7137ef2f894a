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

    private func rotate(_ key: SessionRecord.Key, _ core: SessionCore) async throws {
        guard try await live().core.jkt != core.jkt else { return }
        // Stored before any token is bound to it, and so that a store that can not be written costs no grant.
        _ = try await change(isKept: false) { record in
            guard var record else { return nil }
            record.prune(now: self.memory.now, keepsUnused: false)
            // One that is gone back to is there, with its tokens.
            guard !record.others.contains(where: { $0.jkt == core.jkt }) else { return record }
            record.others.insert(SessionRecord.Entry(key: key, tokens: nil), at: 0)
            record.others = Array(record.others.prefix(SessionRecord.maximumOthers))
            return record
        }
        let before = signers.withLock { $0 }
        do {
            _ = try await change(isKept: true) { record in
                guard var record else { return nil }
                let tokens = try await self.tokens(core, refresh: record.current.tokens?.refreshToken)
                record.others.removeAll { $0.jkt == core.jkt }
                record.others.insert(record.current, at: 0)
                record.current = SessionRecord.Entry(key: key, tokens: tokens)
                record.prune(now: self.memory.now, keepsUnused: false)
                self.signers.withLock { signers in
                    if case .elsewhere = key {
                        signers.cores[core.jkt] = core
                        signers.current = core.jkt
                    } else {
                        signers.current = nil
                    }
                }
                return record
            }
        } catch {
            signers.withLock { $0 = before }
            // The key is of no use; where it can not be taken out it does no harm.
            _ = try? await change(isKept: false) { record in
                guard var record, record.others.contains(where: { $0.jkt == core.jkt && $0.tokens == nil }) else {
                    return nil
                }
                record.others.removeAll { $0.jkt == core.jkt }
                return record
            }
            throw error
        }
        memory.observe(.keyRotated(core.jkt))
    }

    /// Takes over tokens that the caller has got with the session's key, such as for an authorization code by
    /// ``tokenRequests()``.
    ///
    /// Throws `keyMismatch` for tokens of another key; what the store throws before it is changed. If it can not be written,
    /// they are used all the same (``SessionEvent/storeFailed(_:)``).
    public func accept(_ response: TokenResponse) async throws {
        _ = try await live()
        _ = try await change(isKept: true) { record in
            guard var record else { return nil }
            let core = try self.core(of: record.current.key, isCurrent: true)
            record.current.tokens = try self.stored(response, core, keeping: nil)
            return record
        }
        state.withLock { $0.failure = nil }
    }
}
