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
        let gate: EngineGate
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
        var waiting: [Claim] = []
        /// All that have no answer yet, and some that have, by when they must have one.
        var unanswered: Deadlines
        var timer: (due: NIODeadline, Scheduled<Void>)?
        /// How many batches are under way.
        var batches = 0
        var isDrainTimerSet = false
        /// Whether several claims come at a time, so that they are taken at intervals.
        var isBusy = false
        var lastTurn = NIODeadline.now()
        /// How many turns in a row had one claim or none.
        var lonelyTurns = 0
        /// How many turns in a row were called for.
        var fullTurns = 0
        var isStopped = false
        /// Until when a server counts as full that said so on a new connection: an answer, if not to a claim. Connections
        /// are tried anew sooner, so one that says nothing more is not full but gone.
        private var fullUntil: NIODeadline?
        /// Whether there was a connection that could take claims.
        private var wasAnyReady = false
        private var looks = 0

        /// How long a connection may be silent when it owes an answer: a second, and never less than a claim has.
        private let silence: TimeAmount
        /// How long claims may wait for others while there are many: 1 ms, or a fiftieth of a claim's time. Beside
        /// verification, which leaves a processor little, half of that made batches of six.
        let pace: TimeAmount
        /// How often connections are looked at, and each how manieth time the server is asked who it is.
        private static let lookInterval = TimeAmount.milliseconds(100)
        private static let looksPerPoll = 10
        /// Four times as long as a connection waits at most before it is tried again.
        private static let fullHolds = TimeAmount.seconds(1)

        init(_ settings: ValkeySettings, _ tls: NIOSSLContext, _ gate: EngineGate, on loop: any EventLoop) {
            self.settings = settings
            self.tls = tls
            self.gate = gate
            self.loop = loop
            keys = KeySpace(prefix: Array(settings.prefix.utf8))
            unanswered = Deadlines(usual: TimeAmount(settings.deadline))
            silence = max(.seconds(1), TimeAmount(settings.deadline))
            pace = min(.milliseconds(1), TimeAmount(settings.deadline / 50))
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

        // MARK: What primaries tell

        /// A connection can take claims.
        func ready(_ primary: Primary) {
            wasAnyReady = true
            fullUntil = nil
            noteReady()
            sendWaiting()
        }

        private func noteReady() {
            if !gate.isReady, owners.allSatisfy({ $0?.readyLink() != nil }) { gate.becomeReady() }
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

        /// Whether claims that can not be sent hear that there is no room.
        var isFull: Bool { fullUntil.map { .now() < $0 } ?? false }

        func failed(_ primary: Primary, _ failure: Handshake.Failure) {
            fullUntil = failure == .full ? .now() + Engine.fullHolds : nil
            if failure == .full {
                let claims = waiting
                waiting = []
                for claim in claims { claim.answer(.full) }
            }
            switch failure {
            case .denied: observe(ValkeyEvent(.accessDenied, server: primary.address.description))
            case .evicting:
                observe(ValkeyEvent(.evictingServer, server: primary.address.description))
                endUnlessReady("the server's maxmemory-policy is not noeviction")
            case .noServer, .full, .replica, .clusterDatabase: break
            }
        }

        /// A server that must not be used is a reason not to start, and none to stop.
        private func endUnlessReady(_ reason: String) {
            if !wasAnyReady { gate.end(ValkeyConfigurationError(reason)) }
        }

        /// Whether this is what was found before: no cluster becomes one under way.
        func agree(isCluster: Bool) -> Bool {
            guard !isClusterKnown else { return keys.isCluster == isCluster }
            guard isCluster || settings.addresses.count == 1 else {
                // Nodes could find different ones, and a proof would be good once at each.
                endUnlessReady("several addresses are for the nodes of one cluster")
                return false
            }
            if isCluster, let address = settings.addresses.first(where: { !$0.isForCluster }) {
                endUnlessReady("\(address) is part of a cluster: that needs a TCP address and database 0")
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
            noteReady()
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
