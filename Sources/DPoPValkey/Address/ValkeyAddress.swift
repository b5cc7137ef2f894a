#if Valkey
    /// Where a server is and who asks it. Nothing prints the user and the password.
    public struct ValkeyAddress: Sendable {
        enum Location: Sendable, Hashable {
            case host(String, port: Int)
            case unixSocket(path: String)
        }

        let location: Location
        let usesTLS: Bool
        let user: String?
        let password: String?
        let database: Int

        /// Whether it may be a cluster's: that names its nodes by host and port, and has one database.
        var isForCluster: Bool {
            guard case .host = location else { return false }
            return database == 0
        }

        init(
            _ location: Location, usesTLS: Bool = false, user: String? = nil, password: String? = nil,
            database: Int = 0
        ) {
            self.location = location
            self.usesTLS = usesTLS
            self.user = user
            self.password = password
            self.database = database
        }

        /// From a URL:
        ///
        ///     redis://[[user]:password@]host[:port][/database]    valkey:// alike
        ///     rediss://…                                          valkeys:// alike: over TLS
        ///     unix://[[user]:password@]/path[?db=database]        redis+unix://, valkey+unix:// alike: a Unix socket
        ///
        /// The port is 6379 and the database 0 (0…65535) where none is named; a cluster has database 0 alone, and is not
        /// reached by a Unix socket. An IPv6 address has brackets. What user, password and path have besides the
        /// characters that a URL has there is percent-encoded.
        ///
        /// - Parameter password: 1…16,384 bytes, as a server reads no more before it knows its client. For those who keep
        ///   it apart from the URL; there may be one in either, not both. `user@` is enough with it.
        ///
        /// Throws for anything else. The error says nothing of the URL.
        public init(_ url: String, password: String? = nil) throws(ValkeyConfigurationError) {
            let read = try AddressURL(url)
            guard read.password == nil || password == nil else {
                throw ValkeyConfigurationError("a password both in the server's URL and beside it")
            }
            let secret = read.password ?? password
            guard read.user == nil || secret != nil else {
                throw ValkeyConfigurationError("the server's URL has a user without a password")
            }
            guard secret.map({ 1...16_384 ~= $0.utf8.count }) ?? true else {
                throw ValkeyConfigurationError("the password of the server is empty or too long")
            }
            self.init(
                read.location, usesTLS: read.usesTLS, user: read.user, password: secret, database: read.database)
        }
    }

    extension ValkeyAddress: CustomStringConvertible, CustomReflectable {
        /// The place and the database, for logs; no user and no password.
        public var description: String {
            switch location {
            case .host(let host, let port):
                let shown = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
                return "\(usesTLS ? "rediss" : "redis")://\(shown):\(port)/\(database)"
            case .unixSocket(let path): return "unix://\(path)?db=\(database)"
            }
        }
        public var customMirror: Mirror { Mirror(self, children: [:]) }
    }
#endif
