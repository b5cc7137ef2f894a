#if Valkey
    import DPoPCore
    import NIOCore
    import NIOPosix
    import NIOSSL

    /// Takes claims to the servers that remember them. All of it belongs to one event loop; ``EngineGate`` is what other
    /// threads see of it.
    final class Engine {
        let settings: ValkeySettings
        let loop: any EventLoop
        private let gate: EngineGate
        private let tls: NIOSSLContext

        /// The names of keys, which differ in cluster mode.
        private(set) var keys: KeySpace
        /// Whether it is known yet that there is a cluster, or none.
        private var isClusterKnown = false

        /// Who has each partition.
        var owners: [Primary?] = [nil]
        /// The one that the settings name; alone the only one.
        var home: Primary?
        var seed = 0
        /// The others of a cluster.
        var nodes: [NodeAddress: Primary] = [:]
        /// Slots that are not where their partition is.
        var strays: [Int: Primary] = [:]

        /// Claims that wait for a connection.
        private var waiting: [Claim] = []
        /// All that have no answer yet, and some that have, by when they must have one.
        private var unanswered: Deadlines
        private var timer: (due: NIODeadline, Scheduled<Void>)?
        /// How many batches are under way.
        private var batches = 0
        private var isDrainTimerSet = false
        /// Whether several claims come at a time, so that they are taken at intervals.
        private var isBusy = false
        private var lastTurn = NIODeadline.now()
        /// How many turns in a row had one claim or none.
        private var lonelyTurns = 0
        /// How many turns in a row were called for.
        private var fullTurns = 0
        private var isStopped = false
        private var looks = 0

        /// How many may wait; those beyond are refused at once.
        private static let mostWaiting = 16_384
        /// How long a connection may be silent when it owes an answer: a second, and never less than a claim has.
        private let silence: TimeAmount
        /// How often connections are looked at, and each how manieth time the server is asked who it is.
        private static let lookInterval = TimeAmount.milliseconds(100)
        private static let looksPerPoll = 10
        static let mostRedirections = 5
        /// How long a claim may wait for a batch that is under way before it is sent beside it.
        private static let longestHold = TimeAmount.milliseconds(1)
        /// How long claims may wait for others while there are many: a hundredth of the default deadline.
        private static let pace = TimeAmount.microseconds(500)
        private static let mostLonelyTurns = 8

        init(_ settings: ValkeySettings, _ tls: NIOSSLContext, _ gate: EngineGate, on loop: any EventLoop) {
            self.settings = settings
            self.tls = tls
            self.gate = gate
            self.loop = loop
            keys = KeySpace(prefix: Array(settings.prefix.utf8))
            unanswered = Deadlines(usual: TimeAmount(settings.deadline))
            silence = max(.seconds(1), TimeAmount(settings.deadline))
        }

        func start() {
            let home = Primary(settings.addresses[seed], self)
            self.home = home
            owners = [home]
            home.start()
            look()
        }

        /// Everything that waits is refused.
        func stop() {
            isStopped = true
            for primary in primaries { primary.stop() }
            for claim in unanswered.removeAll() + gate.close() { claim.answer(.unavailable) }
            timer?.1.cancel()
            timer = nil
            waiting.removeAll()
        }

        var primaries: [Primary] { (home.map { [$0] } ?? []) + nodes.values }

        // MARK: Claims

        /// Takes what other threads have left at the gate, when they call for it.
        ///
        /// A claim by itself is sent at once. Where several come while one is under way, they are taken together from
        /// then on: when there are as many as the last time, or after a moment. So the more there is to do, the less of
        /// the way to the server and back each claim costs.
        func drain() {
            guard !isBusy else { return turn(isCalled: true) }
            repeat {
                if takeClaims() > 1 { isBusy = true }
            } while batches == 0 && !isBusy && !gate.rest()
            if isBusy || batches > 0 { setDrainTimer(in: isBusy ? Engine.pace : Engine.longestHold) }
        }

        /// Sends what is at the gate; how many claims there were.
        private func takeClaims() -> Int {
            let claims = gate.take()
            unanswered.append(claims, now: .now())
            route(claims)
            setTimer()
            return claims.count
        }

        /// One of the times at which claims are taken together.
        private func turn(isCalled: Bool) {
            let count = takeClaims()
            lastTurn = .now()
            fullTurns = isCalled ? fullTurns + 1 : 0
            lonelyTurns = count > 1 ? 0 : lonelyTurns + 1
            // Now and then twice as many are waited for, to see whether they come.
            let isProbe = fullTurns > 0 && fullTurns.isMultiple(of: 8)
            gate.callWhenThereAre(max(2, isProbe ? 2 * count : count))
        }

        /// A batch was sent.
        func batchBegan() { batches += 1 }

        /// So many batches are through, or will never be.
        func batchesEnded(_ count: Int) {
            batches -= count
            if !isBusy { drain() }
        }

        private func setDrainTimer(in delay: TimeAmount) {
            guard !isDrainTimerSet else { return }
            isDrainTimerSet = true
            after(delay) { [weak self] in
                guard let self else { return }
                self.isDrainTimerSet = false
                guard self.isBusy else { return self.drain() }
                let rest = self.lastTurn + Engine.pace - .now()
                guard rest <= .nanoseconds(0) else { return self.setDrainTimer(in: rest) }
                self.turn(isCalled: false)
                guard self.lonelyTurns > Engine.mostLonelyTurns else { return self.setDrainTimer(in: Engine.pace) }
                self.isBusy = false
                self.lonelyTurns = 0
                self.drain()
            }
        }

        private func route(_ claims: [Claim]) {
            guard !claims.isEmpty else { return }
            guard keys.isCluster else {
                if home?.send(claims) != true { wait(claims) }
                return
            }
            var byOwner: [ObjectIdentifier: (owner: Primary, claims: [Claim])] = [:]
            for claim in claims {
                guard let owner = owners[claim.key.partition] else {
                    wait([claim])
                    continue
                }
                byOwner[ObjectIdentifier(owner), default: (owner, [])].claims.append(claim)
            }
            for (owner, claims) in byOwner.values where !owner.send(claims) { wait(claims) }
        }

        private func wait(_ claims: [Claim]) {
            guard !isStopped, waiting.count + claims.count <= Engine.mostWaiting else {
                for claim in claims { claim.answer(.unavailable) }
                return
            }
            waiting += claims
        }

        func sendWaiting() {
            let claims = waiting.filter { !$0.isAnswered }
            waiting = []
            route(claims)
        }

        /// Claims that were not done, or that may be done again.
        func resend(_ claims: [Claim]) { route(claims.filter { !$0.isAnswered }) }

        /// A claim that a server sent on, to one that takes it for now or to its partition's new owner.
        func redirect(_ claim: Claim, to primary: Primary?) {
            claim.redirections += 1
            // A server by itself has nowhere to send it.
            guard keys.isCluster, claim.redirections <= Engine.mostRedirections else {
                return claim.answer(.unavailable)
            }
            guard let primary, !primary.send([claim], asking: true) else {
                if primary == nil { resend([claim]) }
                return
            }
            wait([claim])
        }

        private func setTimer() {
            guard let next = unanswered.next else { return }
            if let timer {
                guard next < timer.due else { return }
                timer.1.cancel()
            }
            let scheduled = loop.assumeIsolated().scheduleTask(deadline: next) {
                self.timer = nil
                self.expire()
            }
            timer = (next, scheduled)
        }

        private func expire() {
            let now = NIODeadline.now()
            var isLate = false
            while let claim = unanswered.popExpired(now: now) {
                isLate = isLate || !claim.isAnswered
                claim.answer(.unavailable)
            }
            if isLate {
                let limit = TimeAmount(settings.deadline)
                for primary in primaries { primary.noteStalled(now: now, limit: limit) }
                waiting.removeAll { $0.isAnswered }
            }
            setTimer()
        }

        // MARK: What primaries tell

        /// A connection can take claims.
        func ready(_ primary: Primary) {
            if owners.allSatisfy({ $0?.readyLink() != nil }) { gate.becomeReady() }
            sendWaiting()
        }

        /// A connection takes claims again.
        func revived() { sendWaiting() }

        /// Memory that is older than this is not there any more. True if it was believed to be.
        func remember(since time: UnixTime) -> Bool {
            let isLoss = gate.isReady && gate.since.map { $0 < time } ?? false
            gate.remember(since: time)
            return isLoss
        }

        func observe(_ event: ValkeyEvent) { gate.observe(event) }

        func failed(_ primary: Primary, _ failure: Handshake.Failure) {
            switch failure {
            case .denied: observe(ValkeyEvent(.accessDenied, server: primary.address.description))
            case .evicting:
                observe(ValkeyEvent(.evictingServer, server: primary.address.description))
                gate.endUnlessReady(ValkeyConfigurationError("the server's maxmemory-policy is not noeviction"))
            case .noServer, .replica: break
            }
        }

        /// Whether this is what was found before: no cluster becomes one under way.
        func agree(isCluster: Bool) -> Bool {
            guard !isClusterKnown else { return keys.isCluster == isCluster }
            guard isCluster || settings.addresses.count == 1 else {
                // Nodes could find different ones, and a proof would be good once at each.
                gate.endUnlessReady(ValkeyConfigurationError("several addresses are for the nodes of one cluster"))
                return false
            }
            isClusterKnown = true
            keys.isCluster = isCluster
            if isCluster { owners = Array(repeating: nil, count: keys.partitionCount) }
            return true
        }

        /// Listens to a channel at whoever has the slot; nil if that is not known.
        ///
        /// - Parameter onEnd: is called once, when the connection is gone or was never made.
        func listen(
            to channel: [UInt8], slot: Int, onSubscribed: @escaping () -> Void, onMessage: @escaping ([UInt8]) -> Void,
            onEnd: @escaping () -> Void
        ) -> Subscription? {
            guard !isStopped, let address = holder(ofSlot: slot)?.address else { return nil }
            let subscription = Subscription(
                address, channel: channel, onSubscribed: onSubscribed, onMessage: onMessage, onEnd: onEnd)
            Dialer(loop: loop, tls: tls, timeout: silence).dial(address, subscription) { subscription.close() }
            return subscription
        }

        // MARK: Time

        private func look() {
            guard !isStopped else { return }
            looks += 1
            let now = NIODeadline.now()
            let isPollDue = looks.isMultiple(of: Engine.looksPerPoll)
            for primary in primaries { primary.look(now: now, limit: silence, isPollDue: isPollDue) }
            if !waiting.isEmpty { sendWaiting() }
            if isPollDue {
                forgetNodes()
                findOwners()
            }
            after(Engine.lookInterval) { [weak self] in self?.look() }
        }

        func after(_ delay: TimeAmount, _ body: @escaping () -> Void) {
            loop.assumeIsolated().scheduleTask(in: delay, body)
        }

        /// Connects, and hands the connection to the handler; a failure closes it.
        func dial(_ address: ValkeyAddress, _ link: Link) {
            Dialer(loop: loop, tls: tls, timeout: silence).dial(address, link) { link.close() }
        }
    }
#endif
