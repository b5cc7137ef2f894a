#if Valkey
    import DPoPCore

    /// What is known of one server's memory.
    struct PrimaryMemory {
        /// Which run of which server it is.
        private(set) var reign: [UInt8] = []
        private var replicationLine: [UInt8] = []
        /// Those of its partitions.
        private(set) var canaries: [Int: Canary] = [:]
        /// The names of the canaries that batches read.
        private(set) var canaryKeys: [Int: [UInt8]] = [:]
        /// When it was confirmed last that nothing was lost.
        var lastConfirmed: UnixTime?
        /// Partitions that came and are looked at.
        var arriving: Set<Int> = []

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
