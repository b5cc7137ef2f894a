import DPoPCore

/// What sessions of one client share, whatever their keys: nonces, clocks, settings and what was read.
final class SessionMemory: Sendable {
    let settings: SessionSettings
    let nonces: NonceMemory
    let clocks: ServerClocks
    let authorities = KnownAuthorities()

    init(_ settings: SessionSettings) {
        self.settings = settings
        nonces = NonceMemory(capacity: settings.nonceCapacity, patience: settings.coldWait)
        clocks = ServerClocks(capacity: settings.nonceCapacity, maximum: settings.maximumClockOffset)
    }

    var now: UnixTime { settings.clock() }

    func observe(_ event: SessionEvent) { settings.observer?.record(event) }
}
