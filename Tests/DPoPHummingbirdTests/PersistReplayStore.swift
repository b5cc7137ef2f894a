#if Hummingbird
    // The code of the article "Replay stores on a PersistDriver", as it stands there.

    // ReplayStores: The store
    import DPoPCore
    import Hummingbird

    struct PersistReplayStore<Driver: PersistDriver>: ReplayStore {
        let driver: Driver
        let prefix: String
        let scope: ReplayScope
        let memory: ReplayMemory

        init(_ driver: Driver, prefix: String, scope: ReplayScope, memory: ReplayMemory = .since(.now())) {
            (self.driver, self.prefix, self.scope, self.memory) = (driver, prefix, scope, memory)
        }

        func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
            guard deadline >= now else { return .deadlinePassed }
            let (seconds, overflow) = deadline.seconds.subtractingReportingOverflow(now.seconds)
            guard !overflow, seconds < 1 << 32 else { return .unavailable }
            let digest = key.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            do {
                // Drivers drop fractions of a second: rounded up, and one more.
                try await driver.create(key: prefix + digest, value: now.seconds, expires: .seconds(seconds + 2))
                return .firstSighting
            } catch let error as PersistError where error == .duplicate {
                let first = try? await driver.get(key: prefix + digest, as: Int64.self)
                return .seen(since: first.map { UnixTime(seconds: $0) } ?? now)
            } catch {
                return .unavailable  // whatever became of it: it counts as used
            }
        }
    }
    // ReplayStores: end

    // ReplayStores: In use
    import DPoPServer

    func fleetGuard(_ driver: some PersistDriver, _ tokens: some AccessTokenVerifier) throws -> ResourceGuard {
        var configuration = try ResourceConfiguration(origin: "https://api.example.com")
        configuration.replicas = .several
        let replay = PersistReplayStore(driver, prefix: "dpop-rs-", scope: .shared)
        return try ResourceGuard(configuration, tokens: tokens, replay: replay)
    }
// ReplayStores: end
#endif
