#if Valkey
    /// What the keys of the revocations are called. They have one hash tag, so that in a cluster one primary has them
    /// all and a batch keeps its order.
    ///
    /// The tables are pages of 256 slots. A slot holds one revocation and is claimed once, by `SET NX`, until it runs
    /// out; nothing overwrites it. After each claim the page's key and then the version get a new random value, so that
    /// who reads them in the opposite order, and before the slots, can not miss a change.
    struct RevocationKeys: Sendable {
        static let slotsPerPage = 256
        /// 102,400 slots.
        static let mostPages = 400

        /// How many pages there may be.
        let pages: Int
        private let base: String
        /// The channel of a server is the same for all its databases, so that its name says which one is meant.
        let channel: [UInt8]
        let version: [UInt8]
        /// Written with each poll: a server that takes no writes, such as a primary cut off from its replicas or one
        /// that has become a replica, confirms nothing.
        let writable: [UInt8]

        init(prefix: String, database: Int, pages: Int = mostPages) {
            self.pages = pages
            base = "\(prefix):{revoked}:"
            channel = Array("\(base)\(database)".utf8)
            version = Array("\(base)version".utf8)
            writable = Array("\(base)writable".utf8)
        }

        func page(_ page: Int) -> [UInt8] { Array("\(base)page:\(page)".utf8) }

        func slot(_ slot: Int) -> [UInt8] {
            Array("\(base)\(slot / Self.slotsPerPage):\(slot % Self.slotsPerPage)".utf8)
        }
    }
#endif
