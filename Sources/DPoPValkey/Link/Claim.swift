#if Valkey
    import DPoPCore
    import NIOCore

    /// What is claimed: which key of which role, and for how long.
    struct ClaimedKey: Sendable, Hashable {
        /// The name of the role that it is for.
        let role: [UInt8]
        /// 128 bits of the digest. Two proofs of one key share them with a chance of 2^-128, and nobody can look for a
        /// partner to somebody else's proof.
        let digest: Symbols
        /// In cluster mode, which part of the keys it belongs to.
        let partition: Int

        init(_ key: ReplayKey, role: [UInt8]) {
            self.role = role
            digest = Symbols(bits: key.leadingBits)
            partition = ClaimedKey.partition(digest)
        }

        /// One that no proof has.
        init(_ random: Symbols, role: [UInt8]) {
            self.role = role
            digest = random
            partition = ClaimedKey.partition(random)
        }

        private static func partition(_ digest: Symbols) -> Int {
            Int(truncatingIfNeeded: digest.bits >> 120) % Partitions.count
        }
    }

    /// One use of a proof on its way to the server and back. Belongs to the engine's event loop once it is handed over.
    final class Claim {
        enum Answer: Sendable, Hashable {
            /// The key was not known and is now remembered.
            case claimed
            case seen(since: UnixTime)
            case full
            case unavailable
        }

        let key: ClaimedKey
        /// 128 random bits of this use alone, so that a reply tells an earlier send of the same use from another use.
        let attempt: Symbols
        /// When it was made, in whole seconds: stored beside the attempt.
        let seconds: Int64
        /// How long the server must remember it.
        let milliseconds: Int64
        /// By when it must be answered.
        let expiry: NIODeadline
        /// Whether this attempt was asked about before.
        let isRepeated: Bool

        private var continuation: CheckedContinuation<Answer, Never>?
        /// How often a server sent it on to another one.
        var redirections = 0

        init(
            _ key: ClaimedKey, attempt: Symbols, seconds: Int64, milliseconds: Int64, expiry: NIODeadline,
            isRepeated: Bool, _ continuation: CheckedContinuation<Answer, Never>
        ) {
            self.key = key
            self.attempt = attempt
            self.seconds = seconds
            self.milliseconds = milliseconds
            self.expiry = expiry
            self.isRepeated = isRepeated
            self.continuation = continuation
        }

        var isAnswered: Bool { continuation == nil }

        /// The first answer counts, a later one is dropped.
        func answer(_ answer: Answer) {
            continuation?.resume(returning: answer)
            continuation = nil
        }

        /// What the stored value of an earlier use, or of this one, says.
        func judge(_ stored: [UInt8]) -> Answer {
            if attempt.begin(stored) { return .claimed }
            guard let seconds = Decimal.read(stored.dropFirst(Symbols.count)), 0...UnixTime.latestClaim ~= seconds
            else {
                // Somebody else's value under a key of ours: it can not be told what it means.
                return .unavailable
            }
            return .seen(since: UnixTime(seconds: seconds))
        }
    }
#endif
