import DPoPCore

/// Keeps the one record of a client's session, for all who use it: tasks, and processes where it is shared by them. It is
/// for one client at one authorization server.
///
/// A store says that there is no record only where there certainly is none. Whatever keeps it from knowing is an error:
/// a session that exists must never be orphaned by a key that is made afresh.
public protocol SessionStore: Sendable {
    /// The record as it was last written; nil if there certainly is none.
    ///
    /// Throws `storeUnreadable`, or an error of the store's own.
    func load() async throws -> SessionRecord?

    /// Changes the record while nobody else does: waits for the turn, reads, calls `change`, writes what it gives, lets
    /// others go on. `change` may wait for the network, so that no two processes spend one refresh token.
    ///
    /// - Parameter change: is given the record as of now, nil if there certainly is none; gives what to write, nil for
    ///   nothing. What it throws is thrown on, and nothing is written.
    ///
    /// Returns when the record is written to stay. Throws `storeBusy` and `storeUnreadable`, or an error of its own,
    /// before `change` is called; `storeNotWritten` or an error of its own afterwards. Cancellation ends the wait for the
    /// turn alone.
    func update(_ change: @Sendable (SessionRecord?) async throws -> SessionRecord?) async throws
}

extension DPoPClientError.Code {
    /// A store of sessions can not be read, or what it holds is not what was written. It may hold a session.
    public static let storeUnreadable = Self(rawValue: "storeUnreadable")
    /// A store of sessions could not be written; what it held before may be there still.
    public static let storeNotWritten = Self(rawValue: "storeNotWritten")
    /// Another process held a store of sessions for longer than was waited.
    public static let storeBusy = Self(rawValue: "storeBusy")
    /// A store of sessions has the tokens of another client, or of another authorization server's. Nothing was sent.
    public static let storeMismatch = Self(rawValue: "storeMismatch")
    /// There is no token, and none can be had without somebody's new consent.
    public static let grantNeeded = Self(rawValue: "grantNeeded")
}

/// Keeps a session as long as the process lives.
public final class MemorySessionStore: SessionStore {
    private let record: Locked<SessionRecord?>
    private let turns = Turns()

    /// - Parameter record: the session to begin with, if there is one.
    public init(_ record: SessionRecord? = nil) { self.record = Locked(record) }

    public func load() async throws -> SessionRecord? { record.withLock { $0 } }

    public func update(_ change: @Sendable (SessionRecord?) async throws -> SessionRecord?) async throws {
        try await turns.take()
        defer { turns.pass() }
        guard let changed = try await change(record.withLock { $0 }) else { return }
        record.withLock { $0 = changed }
    }
}
