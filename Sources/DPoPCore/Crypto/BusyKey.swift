/// One key that comes back: how often its proofs are admitted, and its tables while it has some.
final class BusyKey: Sendable {
    /// 04 || x || y; nil for a key that no tables are made for: of another kind or curve, or of the way by a provider.
    let point: [UInt8]?
    private let uses = UseCount()
    private let held = Locked<P256Tables?>(nil)

    init(point: [UInt8]?) { self.point = point }

    /// Nil until they are complete, and after they were dropped.
    var tables: P256Tables? {
        get { held.withLock { $0 } }
        set {
            // Freed without the lock.
            let former = held.withLock { tables in
                defer { tables = newValue }
                return tables
            }
            _ = former
        }
    }

    /// How busy it is of late.
    func uses(now: UnixTime) -> UInt32 { uses.value(now: now) }

    /// Counts a proof that was admitted. True if it is time to ask for tables: at so many uses, and again after as many
    /// more, for a key that got none.
    func noteAdmitted(now: UnixTime) -> Bool {
        let count = uses.note(now: now)
        return count % KeyTables.usesThatPay == 0
    }
}
