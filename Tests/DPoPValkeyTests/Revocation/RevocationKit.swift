#if Valkey
    import DPoPCore
    import NIOCore

    @testable import DPoPValkey

    /// Time that stands until it is moved, on the wall and on the monotonic clock.
    final class RevocationTestTime: Sendable {
        private let passed = Locked(Duration.zero)
        /// How long those who asked for it were to sleep.
        let sleeps = Locked<[Duration]>([])
        private let start = ContinuousClock.now

        var now: UnixTime {
            let (seconds, attoseconds) = passed.withLock { $0.components }
            return UnixTime(
                seconds: 1_700_000_000 + seconds, nanoseconds: Int32(attoseconds / 1_000_000_000))
        }

        var milliseconds: Int64 { now.seconds * 1_000 + Int64(now.nanoseconds / 1_000_000) }

        func pass(_ duration: Duration) { passed.withLock { $0 += duration } }

        var revocationTime: RevocationTime {
            RevocationTime(
                now: { self.now }, instant: { self.start + self.passed.withLock { $0 } },
                // Real, but short: the loops of a node are not what these tests measure.
                sleep: { duration in
                    self.sleeps.withLock { $0.append(duration) }
                    try? await Task.sleep(for: .milliseconds(2))
                })
        }
    }

    enum RevocationKit {
        /// The strings of a command, as they are sent.
        static func words(_ command: Command) -> [[UInt8]] {
            var buffer = ByteBuffer()
            command.write(to: &buffer)
            var rest = Array(buffer.readableBytesView)[...]
            func line() -> String {
                let end = rest.firstIndex(of: UInt8(ascii: "\r")) ?? rest.endIndex
                defer { rest = rest[end...].dropFirst(2) }
                return String(decoding: rest[..<end].dropFirst(), as: UTF8.self)
            }
            return (0..<(Int(line()) ?? 0)).map { _ in
                let count = Int(line()) ?? 0
                defer { rest = rest.dropFirst(count + 2) }
                return Array(rest.prefix(count))
            }
        }

        /// The same thumbprint for the same number, all with different first bytes up to 256.
        static func key(_ number: Int) -> Thumbprint {
            let bytes = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            // Of the right length; the other is never made.
            return Thumbprint(bytes: bytes + [UInt8](repeating: 7, count: 30)) ?? Thumbprint(sha256Of: bytes)
        }
    }
#endif
