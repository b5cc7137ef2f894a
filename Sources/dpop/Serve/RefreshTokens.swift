#if Hummingbird
    import DPoPCore

    /// Refresh tokens that say which grant they belong to and how often it was rotated, under a key of this process: an
    /// earlier one is known again without having been kept.
    ///
    /// Three parts with dots between: the grant's name, the turn, HMAC-SHA256 of both.
    struct RefreshTokens: Sendable {
        private let key: HMACKey

        /// Throws if libcrypto failed.
        init() throws(Answer) {
            let secret = try RandomText.bytes(32)
            guard let key = HMACKey(secret.span) else { throw .fault }
            self.key = key
        }

        func text(grantID: String, turn: UInt64) -> String {
            let body = "\(grantID).\(turn)"
            let code = key.code(of: body.utf8.span)
            return body + "." + String(decoding: Base64URL.encode(code.span), as: UTF8.self)
        }

        /// The grant and turn of a token of this process's; nil for any other text.
        func read(_ token: String) -> (grantID: String, turn: UInt64)? {
            // A grant's name has 22 characters, a turn at most 20, a code 43.
            guard token.utf8.count <= 87 else { return nil }
            let parts = token.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let turn = UInt64(parts[1]) else { return nil }
            let grantID = String(parts[0])
            let own = text(grantID: grantID, turn: turn)
            return ConstantTime.areEqual(own.utf8.span, token.utf8.span) ? (grantID, turn) : nil
        }
    }
#endif
