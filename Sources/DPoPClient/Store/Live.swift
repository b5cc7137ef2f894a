import DPoPCore

/// A record in use, with what signs by its keys.
final class Live: Sendable {
    let record: SessionRecord

    /// By the current key.
    let core: SessionCore

    /// By the other keys, as far as they are at hand.
    let others: [Thumbprint: SessionCore]

    /// Whether the store has this record.
    let standing: Standing

    enum Standing: Sendable, Hashable {
        case stored
        /// It could not be written, and the store had this one then, if any.
        case ahead(of: SessionRecord.Mark?)
    }

    init(_ record: SessionRecord, _ core: SessionCore, others: [Thumbprint: SessionCore], _ standing: Standing) {
        self.record = record
        self.core = core
        self.others = others
        self.standing = standing
    }

    /// Whether this process has more than the store: that has not changed since it could not be written, or has only lost
    /// its refresh token, which another process found spent.
    func isAhead(of stored: SessionRecord.Mark) -> Bool {
        guard case .ahead(let before?) = standing else { return false }
        return before == stored || before.withoutRefreshToken == stored
    }

    /// The session of a request that was sent with this token and is to be sent again with it, where its key is an earlier
    /// one; nil where the current one serves, or the token is gone.
    func earlier(_ credential: AccessCredential, now: UnixTime) -> (SessionCore, SessionRecord.Tokens)? {
        for entry in record.others {
            if let tokens = entry.tokens, tokens.credential.text == credential.text, tokens.isValid(now: now),
                let core = others[entry.jkt]
            {
                return (core, tokens)
            }
        }
        return nil
    }
}
