#if Valkey
    import DPoPCore

    /// What a server says of itself (`INFO`).
    struct ServerInfo: Sendable, Hashable {
        /// Which run of which server it is, and which reign as a primary: another run, or a promotion, has another.
        let reign: [UInt8]
        /// What `INFO replication` says for as long as it is this reign.
        let replicationLine: [UInt8]
        let isPrimary: Bool
        let isCluster: Bool
        /// `maxmemory_policy`; nil where it is not told.
        let evictionPolicy: String?

        /// Nil without the members that are needed: a server that hides its run can lose its memory unseen.
        init?(_ text: [UInt8]) {
            var fields: [String: String] = [:]
            for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
                let name = String(decoding: line[..<colon], as: UTF8.self)
                guard ServerInfo.names.contains(name) else { continue }
                fields[name] = String(decoding: line[line.index(after: colon)...], as: UTF8.self)
            }
            guard let run = fields["run_id"], let replication = fields["master_replid"], let role = fields["role"],
                ServerInfo.isIdentifier(run), ServerInfo.isIdentifier(replication)
            else { return nil }
            reign = Array("\(run).\(replication)".utf8)
            replicationLine = Array("master_replid:\(replication)".utf8)
            isPrimary = role == "master"
            isCluster = fields["cluster_enabled"] == "1"
            evictionPolicy = fields["maxmemory_policy"]
        }

        /// Whether an answer to `INFO replication` is a primary's, of the reign that has the line. The run is the
        /// connection's.
        static func isPrimary(_ text: [UInt8], _ replicationLine: [UInt8]) -> Bool {
            var (isPrimary, isSameReign) = (false, false)
            var start = 0
            while start < text.count, !(isPrimary && isSameReign) {
                let end =
                    text[start...].firstIndex { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") } ?? text.count
                let line = text[start..<end]
                isPrimary = isPrimary || line.elementsEqual(primaryLine)
                isSameReign = isSameReign || line.elementsEqual(replicationLine)
                start = end + 1
            }
            return isPrimary && isSameReign
        }

        private static let primaryLine = Array("role:master".utf8)

        private static let names: Set = [
            "run_id", "master_replid", "role", "cluster_enabled", "maxmemory_policy",
        ]

        private static func isIdentifier(_ text: String) -> Bool {
            1...64 ~= text.utf8.count && text.utf8.allSatisfy { ASCII.hexValue($0) != nil }
        }
    }
#endif
