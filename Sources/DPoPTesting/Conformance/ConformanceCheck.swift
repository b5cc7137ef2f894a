extension ReplayStoreConformance {
    /// One thing that a store must keep to.
    public enum Check: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// Of 1,000 claims of one key at once exactly one is the first, and all others are answered as seen.
        case firstSightingOnce = "one first sighting, however many claim at once"
        /// Another thumbprint, target or `jti` is another key.
        case independentKeys = "different keys are independent"
        /// What one node claimed the other has seen, also when both claim at once; and both say that they are shared.
        case sharedMemory = "two nodes share one memory"
        /// A deadline that is `now` is accepted. One that has passed is answered so, and the key is not used for it.
        case deadlineBoundary = "a deadline that is now is accepted, one that has passed never"
        /// An entry is known up to its deadline, the deadline included.
        case rememberedThroughDeadline = "an entry is known through its deadline"
        /// A later claim with an earlier deadline is a replay and changes nothing.
        case deadlineNeverShortened = "a deadline is never shortened"
        /// However many come, no live entry goes for them: what has no room is refused.
        case noEviction = "no live entry is evicted"
        /// A full store refuses, does not remember what it refused, and has room again when its entries have run out.
        case refusalWhenFull = "a full store refuses"
        /// A claim that is cancelled, before it or while it runs, returns. It answers with a first sighting or that it
        /// can not tell, and of all claims of its key at most one is the first.
        case cancellation = "a cancelled claim returns and counts as used"
        /// The caller's clock goes back by a second, a minute, an hour, or forward and back: what was used is not
        /// accepted again.
        case clockSteps = "a clock that steps makes nothing new"
        /// A store that loses nothing does not say later that it remembers since later.
        case memoryStands = "memory does not begin later by itself"
        /// A replay is told since when it is known: not before the second of the first claim, nor in the future.
        case seenSince = "a key is seen since its first claim"
        /// Random claims are answered as by a plain table.
        case randomClaims = "random claims agree with a model"

        public var description: String { rawValue }
    }

    /// A store does not keep to a check.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        public let check: Check

        /// What was expected and what came, in one sentence.
        public let reason: String

        public var description: String { "\(check): \(reason)" }
    }
}
