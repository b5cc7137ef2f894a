#if Valkey
    internal import DPoPCore

    /// A server's URL in its parts (RFC 3986). No error says anything of it, as it may hold a password.
    struct AddressURL {
        let usesTLS: Bool
        let location: ValkeyAddress.Location
        let user: String?
        let password: String?
        let database: Int

        private static let maximumLength = 2_048
        private static let defaultPort = 6_379
        private static let databases: ClosedRange<Int64> = 0...65_535
        /// What the address of a socket has room for on Linux, without its end (unix(7)).
        private static let maximumPath = 107

        init(_ url: String) throws(ValkeyConfigurationError) {
            let bytes = Array(url.utf8)
            guard bytes.count <= AddressURL.maximumLength, bytes.allSatisfy({ 0x21...0x7E ~= $0 }) else {
                throw AddressURL.refused("is too long, or has other bytes than printable ASCII")
            }
            guard !bytes.contains(UInt8(ascii: "#")) else { throw AddressURL.refused("has a fragment") }
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
                throw AddressURL.refused("has no scheme")
            }
            let isSocket: Bool
            switch String(decoding: bytes[..<colon], as: UTF8.self) {
            case "redis", "valkey": (isSocket, usesTLS) = (false, false)
            case "rediss", "valkeys": (isSocket, usesTLS) = (false, true)
            case "unix", "redis+unix", "valkey+unix": (isSocket, usesTLS) = (true, false)
            default: throw AddressURL.refused("has a scheme that is not known; redis, rediss and unix are")
            }

            let parts = bytes[(colon + 3)...].split(
                separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
            let query = parts.count == 2 ? parts[1] : nil
            let hierarchy = parts[0]
            let slash = hierarchy.firstIndex(of: UInt8(ascii: "/")) ?? hierarchy.endIndex
            let path = hierarchy[slash...]
            var host = hierarchy[..<slash]
            if let at = host.firstIndex(of: UInt8(ascii: "@")) {
                (user, password) = try AddressURL.readUser(host[..<at])
                host = host[(at + 1)...]
            } else {
                (user, password) = (nil, nil)
            }
            if isSocket {
                guard host.isEmpty else { throw AddressURL.refused("names both a socket and a host") }
                location = .unixSocket(path: try AddressURL.readSocketPath(path))
                database = try AddressURL.readDatabase(query, behind: "db=")
            } else {
                guard query == nil else { throw AddressURL.refused("has a query; a database is named by /database") }
                location = try AddressURL.readHost(host)
                database = try AddressURL.readDatabase(path.isEmpty ? nil : path, behind: "/")
            }
        }

        // MARK: Parts

        private static func readUser(
            _ text: ArraySlice<UInt8>
        ) throws(ValkeyConfigurationError) -> (user: String?, password: String?) {
            let colon = text.firstIndex(of: UInt8(ascii: ":"))
            let name = text[..<(colon ?? text.endIndex)]
            let secret = colon.map { text[($0 + 1)...] }
            guard let user = decode(name, besides: ""), let password = secret.map({ decode($0, besides: ":") }) ?? ""
            else {
                throw refused("has a user or a password that is not percent-encoded UTF-8")
            }
            // Without a colon there must be a user, and behind one a password.
            guard secret == nil ? !user.isEmpty : !password.isEmpty else {
                throw refused("has an empty user or password")
            }
            return (user.isEmpty ? nil : user, secret == nil ? nil : password)
        }

        private static func readHost(
            _ text: ArraySlice<UInt8>
        ) throws(ValkeyConfigurationError) -> ValkeyAddress.Location {
            let host: ArraySlice<UInt8>
            let rest: ArraySlice<UInt8>
            if text.first == UInt8(ascii: "[") {
                guard let end = text.firstIndex(of: UInt8(ascii: "]")), HostName.isIPv6(text.dropFirst()[..<end]) else {
                    throw refused("has brackets around something else than an IPv6 address")
                }
                host = text.dropFirst()[..<end]
                rest = text[(end + 1)...]
            } else {
                let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
                host = text[..<end]
                rest = text[end...]
                guard HostName.isName(host) else { throw refused("has no host, or one that can not be a host's name") }
            }
            var port = defaultPort
            if !rest.isEmpty {
                guard rest.first == UInt8(ascii: ":"), let number = Decimal.read(rest.dropFirst(), in: 1...65_535)
                else {
                    throw refused("has a port that is none")
                }
                port = number
            }
            return .host(String(decoding: host, as: UTF8.self), port: port)
        }

        private static func readSocketPath(_ text: ArraySlice<UInt8>) throws(ValkeyConfigurationError) -> String {
            guard text.count > 1, let path = decode(text, besides: "/:@"), path.utf8.count <= maximumPath,
                path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw refused("has no socket's path, or one that is too long or not percent-encoded UTF-8") }
            return path
        }

        private static func readDatabase(
            _ text: ArraySlice<UInt8>?, behind name: String
        ) throws(ValkeyConfigurationError) -> Int {
            guard let text else { return 0 }
            // Also "/" alone: what was to stand behind it may have been lost.
            guard text.starts(with: name.utf8),
                let database = Decimal.read(text.dropFirst(name.utf8.count), in: databases)
            else { throw refused("has a database that is none of 0…65535") }
            return database
        }

        /// Text whose bytes are unreserved, sub-delimiters (RFC 3986 §2.2), of those besides, or percent-encoded; nil for
        /// anything else, and where what comes out is not UTF-8.
        private static func decode(_ text: ArraySlice<UInt8>, besides: String) -> String? {
            var bytes: [UInt8] = []
            var rest = text
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "%") {
                    guard let high = rest.popFirst().flatMap(ASCII.hexValue),
                        let low = rest.popFirst().flatMap(ASCII.hexValue)
                    else { return nil }
                    bytes.append(high << 4 | low)
                } else {
                    guard ASCII.isUnreserved(byte) || "!$&'()*+,;=".utf8.contains(byte) || besides.utf8.contains(byte)
                    else { return nil }
                    bytes.append(byte)
                }
            }
            return String(validating: bytes, as: UTF8.self)
        }

        private static func refused(_ why: String) -> ValkeyConfigurationError {
            ValkeyConfigurationError("the server's URL " + why)
        }
    }
#endif
