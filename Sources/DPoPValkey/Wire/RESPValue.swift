#if Valkey
    /// One reply of a server (RESP2).
    enum RESPValue: Sendable, Hashable {
        /// `+OK`: printable ASCII.
        case simple(String)
        /// `-ERR …`
        case error(ServerError)
        /// `:1`
        case integer(Int64)
        /// `$2`: a string of any bytes.
        case bulk([UInt8])
        /// `$-1` and `*-1` alike.
        case null
        /// `*2`
        case array([RESPValue])
    }
#endif
