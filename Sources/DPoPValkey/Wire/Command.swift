#if Valkey
    internal import NIOCore

    /// A command as a server reads it: an array of strings (RESP2). These are all that this module sends.
    ///
    /// No description shows more than the command's name: the arguments of AUTH are secrets.
    struct Command: Sendable {
        private let parts: [[UInt8]]

        private init(_ words: String...) { parts = words.map { Array($0.utf8) } }

        private init(_ name: String, _ arguments: [[UInt8]]) { parts = [Array(name.utf8)] + arguments }

        // MARK: Keys

        /// - Parameter milliseconds: how long the key lives, 1 or more; nil: until it is overwritten.
        static func set(
            key: [UInt8], value: [UInt8], milliseconds: Int64? = nil, onlyIfAbsent: Bool = false,
            returningOld: Bool = false
        ) -> Command {
            var arguments = [key, value]
            if onlyIfAbsent { arguments.append(Array("NX".utf8)) }
            if returningOld { arguments.append(Array("GET".utf8)) }
            if let milliseconds { arguments += [Array("PX".utf8), Array(String(milliseconds).utf8)] }
            return Command("SET", arguments)
        }

        static func get(key: [UInt8]) -> Command { Command("GET", [key]) }

        // MARK: Connections

        static let ping = Command("PING")

        /// - Parameter user: nil for the default user.
        static func auth(user: String?, password: String) -> Command {
            if let user { Command("AUTH", user, password) } else { Command("AUTH", password) }
        }

        static func select(_ database: Int) -> Command { Command("SELECT", String(database)) }

        static let info = Command("INFO")

        static func configGet(_ name: String) -> Command { Command("CONFIG", "GET", name) }

        /// Before a command that a cluster's node redirected by ASK.
        static let asking = Command("ASKING")

        // MARK: Channels

        static func subscribe(channel: [UInt8]) -> Command { Command("SUBSCRIBE", [channel]) }

        static func publish(channel: [UInt8], message: [UInt8]) -> Command { Command("PUBLISH", [channel, message]) }

        // MARK: Writing

        func write(to buffer: inout ByteBuffer) {
            buffer.writeStaticString("*")
            Command.writeEnd(Int64(parts.count), to: &buffer)
            for part in parts { Command.writeString(part, to: &buffer) }
        }

        private static func writeString(_ bytes: [UInt8], to buffer: inout ByteBuffer) {
            buffer.writeStaticString("$")
            writeEnd(Int64(bytes.count), to: &buffer)
            buffer.writeBytes(bytes)
            buffer.writeStaticString("\r\n")
        }

        /// A line's number and its end.
        private static func writeEnd(_ number: Int64, to buffer: inout ByteBuffer) {
            buffer.writeString(String(number))
            buffer.writeStaticString("\r\n")
        }
    }

    extension Command: CustomStringConvertible, CustomReflectable {
        var description: String { String(decoding: parts.first ?? [], as: UTF8.self) }
        var customMirror: Mirror { Mirror(self, children: [:]) }
    }
#endif
