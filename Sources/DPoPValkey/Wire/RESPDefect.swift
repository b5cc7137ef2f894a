#if Valkey
    /// Bytes that no server of this protocol sends, or more of them than a reply may have. What follows them on the
    /// same connection can not be told apart any more.
    struct RESPDefect: Error, Hashable {
        enum Kind: Sendable, Hashable {
            /// A reply that begins with none of `+`, `-`, `:`, `$`, `*`.
            case type
            /// A line that does not end in CR LF, or has one of them within; a string without CR LF behind it.
            case line
            /// A number in another spelling than the canonical one, or out of bounds.
            case number
            /// A simple string of other bytes than printable ASCII.
            case text
            /// More bytes or elements than a reply may have.
            case size
            /// Arrays within arrays within arrays.
            case depth
        }

        let kind: Kind
    }
#endif
