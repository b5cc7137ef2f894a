#if Valkey
    import DPoPCore
    import NIOCore

    /// How a server decides about a claim, found out anew for each connection.
    enum ClaimMode: Sendable, Hashable {
        /// `SET … NX GET` (7.0 and later): nil means claimed, and a send may be repeated, since the attempt that comes
        /// back tells our own.
        case returningOld
        /// `SET … NX`, then `GET` for when: nil means **not** claimed, and nothing may be repeated.
        case plain
    }

    /// What a server had when claims were sent to it, and must still have after them: what it remembers then was
    /// remembered by a primary that had lost nothing.
    struct Ground: Sendable {
        /// The partition whose canary is read.
        let partition: Int
        let canaryKey: [UInt8]
        let canary: [UInt8]
        /// ``ServerInfo/replicationLine``: a primary that was a replica meanwhile has the canary all the same if the
        /// other primary's memory was a copy of its own.
        let replicationLine: [UInt8]

        enum Finding {
            case kept
            /// The canary is, or is going, elsewhere.
            case elsewhere(ServerError)
            case lost
        }

        /// - Parameter info: what the server said of its reign, if it was asked.
        func compare(canary reply: RESPValue, info: RESPValue?, isCluster: Bool) -> Finding {
            if let info {
                guard case .bulk(let text) = info, ServerInfo.isPrimary(text, replicationLine) else { return .lost }
            }
            switch reply {
            case .bulk(let value) where value == canary: return .kept
            case .error(let error) where isCluster && error.isRedirection: return .elsewhere(error)
            default: return .lost
            }
        }
    }

    /// Claims that were sent together, and what is read after them.
    final class Batch {
        let claims: [Claim]
        let mode: ClaimMode
        let ground: Ground
        let sentAt: NIODeadline
        /// Whether the server is asked for its reign, too.
        private let asksReign: Bool
        /// Whether each claim has `ASKING` before it.
        private let asking: Bool

        /// Claimed, and not confirmed yet.
        private(set) var claimed: [Claim] = []
        /// Not done by this server, which said so.
        private(set) var undone: [(claim: Claim, error: ServerError)] = []
        private var replies = 0
        private var canary: RESPValue?
        /// In plain mode: whether the last claim's key was there already.
        private var wasThere = false

        init(
            _ claims: [Claim], mode: ClaimMode, ground: Ground, asksReign: Bool, sentAt: NIODeadline, asking: Bool
        ) {
            self.asksReign = asksReign
            self.asking = asking
            self.claims = claims
            self.mode = mode
            self.ground = ground
            self.sentAt = sentAt
        }

        /// Takes the next reply; with the last one, what is behind the claims comes back.
        func take(_ reply: RESPValue) -> (canary: RESPValue, info: RESPValue?)? {
            let each = (asking ? 1 : 0) + (mode == .returningOld ? 1 : 2)
            let index = replies / each
            guard index < claims.count else {
                if let canary { return (canary, reply) }
                guard asksReign else { return (reply, nil) }
                canary = reply
                return nil
            }
            let step = replies % each - (asking ? 1 : 0)
            replies += 1
            switch (step, mode) {
            // To ASKING. If it was refused, so is what follows.
            case (-1, _): break
            case (0, .returningOld): take(claims[index], old: reply)
            case (0, .plain): take(claims[index], set: reply)
            default:
                guard wasThere else { break }
                guard case .bulk(let stored) = reply else {
                    claims[index].answer(.unavailable)
                    break
                }
                // Nothing is sent twice in this mode, so nobody else can have our number; but see `isRepeated`.
                answer(claims[index], stored, mayBeOwn: claims[index].isRepeated)
            }
            return nil
        }

        private func take(_ claim: Claim, old reply: RESPValue) {
            switch reply {
            case .null: claimed.append(claim)
            case .bulk(let stored): answer(claim, stored, mayBeOwn: true)
            case .error(let error): fail(claim, error)
            default: claim.answer(.unavailable)
            }
        }

        private func take(_ claim: Claim, set reply: RESPValue) {
            wasThere = false
            switch reply {
            case .simple("OK"): claimed.append(claim)
            case .null: wasThere = true
            case .error(let error): fail(claim, error)
            default: claim.answer(.unavailable)
            }
        }

        private func answer(_ claim: Claim, _ stored: [UInt8], mayBeOwn: Bool) {
            switch claim.judge(stored) {
            case .claimed where mayBeOwn: claimed.append(claim)
            case .claimed: claim.answer(.unavailable)
            // A replay is one, whatever was lost.
            case let answer: claim.answer(answer)
            }
        }

        private func fail(_ claim: Claim, _ error: ServerError) {
            switch error.kind {
            case .outOfMemory: claim.answer(.full)
            case .moved, .ask, .loading, .readOnly, .masterDown: undone.append((claim, error))
            default: claim.answer(.unavailable)
            }
        }
    }

    /// Other commands that were sent together, and what is done with their replies.
    final class Call {
        let count: Int
        let sentAt: NIODeadline
        private var replies: [RESPValue] = []
        private var completion: (([RESPValue]?) -> Void)?

        /// - Parameter completion: gets all replies, or nil if the connection ended before.
        init(count: Int, sentAt: NIODeadline, _ completion: @escaping ([RESPValue]?) -> Void) {
            self.count = count
            self.sentAt = sentAt
            self.completion = completion
        }

        /// Whether the next reply is the last.
        var isLast: Bool { replies.count + 1 == count }

        func take(_ reply: RESPValue) {
            replies.append(reply)
            if replies.count == count { finish(replies) }
        }

        func fail() { finish(nil) }

        private func finish(_ replies: [RESPValue]?) {
            let completion = completion
            self.completion = nil
            completion?(replies)
        }
    }
#endif
