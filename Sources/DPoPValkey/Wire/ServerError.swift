#if Valkey
    internal import DPoPCore

    /// Where a node of a cluster is, as the cluster itself says.
    struct NodeAddress: Sendable, Hashable {
        /// A name or an IP address without brackets; empty: the host that gave the answer.
        let host: String
        let port: Int
    }

    /// What a server answers instead of a result. Keeps nothing of the server's text but its first word.
    struct ServerError: Sendable, Hashable {
        /// What it means for a client.
        enum Kind: Sendable, Hashable {
            /// The slot is another node's.
            case moved(slot: Int, NodeAddress)
            /// This once, another node is to be asked, with ASKING before.
            case ask(slot: Int, NodeAddress)
            case tryAgain
            case clusterDown
            case loading
            case readOnly
            case masterDown
            case outOfMemory
            case noAuth
            /// The server knows no such user with this password, or wants none.
            case wrongPassword
            case noPermission
            case wrongType
            case syntax
            case unknownCommand
            case other
        }

        let kind: Kind

        /// The first word: 1…32 upper case letters; `ERR` where the server's is none.
        let name: String

        /// From the text behind `-`, without its end. No text is refused; what is not known is `other`.
        init(_ text: [UInt8]) {
            let words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            let first = words.first ?? []
            let isName = 1...32 ~= first.count && first.allSatisfy { $0 &- UInt8(ascii: "A") < 26 }
            name = isName ? String(decoding: first, as: UTF8.self) : "ERR"
            kind = isName ? ServerError.kind(name, text, words) : .other
        }

        private static func kind(_ name: String, _ text: [UInt8], _ words: [ArraySlice<UInt8>]) -> Kind {
            switch name {
            case "MOVED": redirection(words).map { .moved(slot: $0.slot, $0.node) } ?? .other
            case "ASK": redirection(words).map { .ask(slot: $0.slot, $0.node) } ?? .other
            case "TRYAGAIN": .tryAgain
            case "CLUSTERDOWN": .clusterDown
            case "LOADING": .loading
            case "READONLY": .readOnly
            case "MASTERDOWN": .masterDown
            case "OOM": .outOfMemory
            case "NOAUTH": .noAuth
            case "WRONGPASS": .wrongPassword
            case "NOPERM": .noPermission
            case "WRONGTYPE": .wrongType
            case "ERR": general.first { text.starts(with: $0.text.utf8) }?.kind ?? .other
            default: .other
            }
        }

        /// What begins with `ERR` is told apart by its text alone, as servers from 6.2 on write it, and those before it.
        private static let general: [(text: String, kind: Kind)] = [
            ("ERR syntax error", .syntax),
            ("ERR unknown command", .unknownCommand),
            ("ERR invalid password", .wrongPassword),
            ("ERR AUTH <password> called without any password", .wrongPassword),
            ("ERR Client sent AUTH, but no password is set", .wrongPassword),
        ]

        /// `MOVED 3999 127.0.0.1:6381`: the port is behind the last colon, as an IPv6 address has no brackets here. Nil
        /// for anything else, also for the host `?`, which means that the node does not know.
        private static func redirection(_ words: [ArraySlice<UInt8>]) -> (slot: Int, node: NodeAddress)? {
            guard words.count == 3, let slot = Decimal.read(words[1], in: 0...Int64(HashSlot.count - 1)),
                let colon = words[2].lastIndex(of: UInt8(ascii: ":")),
                let port = Decimal.read(words[2][(colon + 1)...], in: 1...65_535)
            else { return nil }
            let host = words[2][..<colon]
            guard host.isEmpty || HostName.isName(host) || HostName.isIPv6(host) else { return nil }
            return (slot, NodeAddress(host: String(decoding: host, as: UTF8.self), port: port))
        }
    }
#endif
