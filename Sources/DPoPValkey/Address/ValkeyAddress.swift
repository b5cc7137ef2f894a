#if Valkey
    /// Where a server is and who asks it.
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
    }
#endif
