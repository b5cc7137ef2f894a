#if Valkey
    import DPoPCore
    import NIOCore

    /// What is known of one server's memory.
    struct PrimaryMemory {
        /// Which run of which server it is.
        private(set) var reign: [UInt8] = []
        private var replicationLine: [UInt8] = []
        /// Those of its partitions.
        private(set) var canaries: [Int: Canary] = [:]
        /// The names of the canaries that batches read.
        private(set) var canaryKeys: [Int: [UInt8]] = [:]
        /// When the question was sent that the server answered last with this reign.
        private var reignAskedAt: NIODeadline?
        /// When it was confirmed last that nothing was lost.
        var lastConfirmed: UnixTime?
        /// Partitions that came and are looked at.
        var arriving: Set<Int> = []

        /// For how long after that question claims are believed without another one, and how long they are sent without
        /// one. A primary that becomes a replica, takes in the other's memory and is a primary again within that time is
        /// not noticed before the next question; a server needs longer: it looks at the end of a copy ten times a second.
        private static let reignHolds = TimeAmount.milliseconds(20)
        private static let reignIsFresh = TimeAmount.milliseconds(10)

        /// Whether claims that are sent now need the question.
        var asksReign: Bool { !isReignYounger(than: PrimaryMemory.reignIsFresh) }

        /// Whether claims that are answered now are believed without it.
        var holdsReign: Bool { isReignYounger(than: PrimaryMemory.reignHolds) }

        private func isReignYounger(than age: TimeAmount) -> Bool {
            reignAskedAt.map { NIODeadline.now() - $0 <= age } ?? false
        }

        /// The server has answered that it is still the primary that the claims were sent to.
        mutating func noteReign(of ground: Ground, askedAt time: NIODeadline) {
            guard ground.replicationLine == replicationLine else { return }
            reignAskedAt = max(reignAskedAt ?? time, time)
        }

        /// Whether it was looked at at all.
        var isKnown: Bool { !canaries.isEmpty }

        /// What claims of a partition stand on: its own canary, or while that is on its way any other, as a loss takes
        /// all of a server's memory.
        func ground(for partition: Int) -> Ground? {
            guard let partition = canaryKeys[partition] == nil ? canaryKeys.keys.min() : partition,
                let key = canaryKeys[partition], let canary = canaries[partition]
            else { return nil }
            return Ground(
                partition: partition, canaryKey: key, canary: canary.value, replicationLine: replicationLine)
        }

        mutating func begin(_ info: ServerInfo, _ canaries: [Int: Canary], _ keys: KeySpace) {
            reign = info.reign
            replicationLine = info.replicationLine
            reignAskedAt = nil
            self.canaries = canaries
            canaryKeys = [:]
            for partition in canaries.keys { canaryKeys[partition] = keys.canary(partition, reign) }
        }

        mutating func add(_ partition: Int, _ canary: Canary, _ keys: KeySpace) {
            canaries[partition] = canary
            canaryKeys[partition] = keys.canary(partition, reign)
        }

        /// The partition is no longer here.
        mutating func drop(_ partition: Int) {
            canaries[partition] = nil
            canaryKeys[partition] = nil
        }

        /// The partition's canary is not here, or perhaps not: another is read.
        mutating func leave(_ partition: Int) { canaryKeys[partition] = nil }
    }
#endif
