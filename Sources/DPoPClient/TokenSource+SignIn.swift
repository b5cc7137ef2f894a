import DPoPCore

// Signing in and out: tokens that come by somebody's consent, and an end to all of them.

extension TokenSource {
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

    /// Gives up all tokens, also those of keys from before, in the store and in this process; the key stays. After this
    /// ``current()`` gets a new grant or throws `grantNeeded`. Requests that are under way end as they began.
    ///
    /// Returns what there was, the current tokens first, so that the caller can revoke it by `TokenClient.revoke`: the
    /// server takes it until then. Throws as ``jkt()``, and then everything is as it was.
    @discardableResult
    public func forget() async throws -> [SessionRecord.Tokens] {
        // No key is made for this.
        guard try await known() != nil else { return [] }
        let forgotten = Locked<[SessionRecord.Tokens]>([])
        _ = try await change(isKept: false) { record in
            guard var record else { return nil }
            forgotten.withLock { $0 = ([record.current] + record.others).compactMap(\.tokens) }
            record.current.tokens = nil
            // One without tokens is about to become the current one.
            record.others.removeAll { $0.tokens != nil }
            return record
        }
        state.withLock { $0.failure = nil }
        return forgotten.withLock { $0 }
    }
}
