#if Valkey
    import NIOCore

    /// Claims by when they must be answered. Those of uses all have as long as the settings say, so they run out in the
    /// order in which they come; a node's own have longer, and do not stand in front of them.
    struct Deadlines {
        /// How long a use has.
        private let usual: TimeAmount
        private var uses = CircularBuffer<Claim>()
        private var others = CircularBuffer<Claim>()

        init(usual: TimeAmount) { self.usual = usual }

        mutating func append(_ claims: [Claim], now: NIODeadline) {
            while let first = uses.first, first.isAnswered { uses.removeFirst() }
            while let first = others.first, first.isAnswered { others.removeFirst() }
            for claim in claims {
                if claim.expiry - now > usual { others.append(claim) } else { uses.append(claim) }
            }
        }

        /// When the next runs out.
        var next: NIODeadline? {
            guard let use = uses.first?.expiry else { return others.first?.expiry }
            return min(use, others.first?.expiry ?? use)
        }

        /// Takes the next that has run out, or that has its answer.
        mutating func popExpired(now: NIODeadline) -> Claim? {
            if let first = uses.first, first.isAnswered || first.expiry <= now { return uses.removeFirst() }
            if let first = others.first, first.isAnswered || first.expiry <= now { return others.removeFirst() }
            return nil
        }

        mutating func removeAll() -> [Claim] {
            defer { (uses, others) = ([], []) }
            return Array(uses) + Array(others)
        }
    }
#endif
