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
        private var owners: [Primary?] = [nil]
        /// The one that the settings name; alone the only one.
        private var home: Primary?
        private var seed = 0
        /// The others of a cluster.
        private var nodes: [NodeAddress: Primary] = [:]

        /// Claims that wait for a connection.
        private var waiting: [Claim] = []
        /// All that have no answer yet, and some that have, by when they must have one.
        private var unanswered: Deadlines
        private var timer: (due: NIODeadline, Scheduled<Void>)?
        private var isStopped = false
        private var looks = 0

        /// How many may wait; those beyond are refused at once.
        private static let mostWaiting = 16_384
        /// How long a connection may be silent when it owes an answer.
        private static let silence = TimeAmount.seconds(1)
        /// How often connections are looked at, and each how manieth time the server is asked who it is.
        private static let lookInterval = TimeAmount.milliseconds(100)
        private static let looksPerPoll = 10
        private static let mostRedirections = 5

        init(_ settings: ValkeySettings, _ tls: NIOSSLContext, _ gate: EngineGate, on loop: any EventLoop) {
            self.settings = settings
            self.tls = tls
            self.gate = gate
            self.loop = loop
            keys = KeySpace(prefix: Array(settings.prefix.utf8))
            unanswered = Deadlines(usual: TimeAmount(settings.deadline))
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

        private var primaries: [Primary] { (home.map { [$0] } ?? []) + nodes.values }

        // MARK: Claims

        /// Takes what other threads have left at the gate.
        func drain() {
            let claims = gate.take()
            unanswered.append(claims, now: .now())
            route(claims)
            setTimer()
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

        private func sendWaiting() {
            let claims = waiting.filter { !$0.isAnswered }
            waiting = []
            route(claims)
        }

        /// Claims that were not done, or that may be done again.
        func resend(_ claims: [Claim]) { route(claims.filter { !$0.isAnswered }) }

        /// A claim that a server sent on, to one that takes it for now or to its partition's new owner.
        func redirect(_ claim: Claim, to primary: Primary?) {
            claim.redirections += 1
            guard claim.redirections <= Engine.mostRedirections else { return claim.answer(.unavailable) }
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

        /// Memory that is older than this is not there any more.
        func remember(since time: UnixTime) { gate.remember(since: time) }

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
            isClusterKnown = true
            keys.isCluster = isCluster
            if isCluster { owners = Array(repeating: nil, count: keys.partitionCount) }
            return true
        }

        func own(_ partition: Int, _ primary: Primary) {
            if owners.indices.contains(partition) { owners[partition] = primary }
        }

        /// A server said that a partition is elsewhere.
        func move(_ partition: Int, to address: NodeAddress, from primary: Primary) {
            primary.drop(partition)
            guard agree(isCluster: true), owners.indices.contains(partition) else { return }
            owners[partition] = node(address, from: primary)
        }

        func node(_ address: NodeAddress, from primary: Primary) -> Primary {
            let (address, full) = primary.address.node(address)
            if let known = nodes[address] { return known }
            let new = Primary(full, self)
            nodes[address] = new
            new.start()
            return new
        }

        /// No connection to it could be made.
        func unreachable(_ primary: Primary) {
            let others = primaries.filter { $0 !== primary }
            if let other = others.first(where: { $0.readyLink() != nil }) {
                let lost = owners.indices.filter { owners[$0] === primary }
                ask(other, for: lost)
            } else if primary === home {
                seed = (seed + 1) % settings.addresses.count
                primary.change(to: settings.addresses[seed])
            }
        }

        /// Asks one server of a cluster where partitions are now.
        private func ask(_ primary: Primary, for partitions: [Int]) {
            guard !partitions.isEmpty, let link = primary.readyLink(), let name = Symbols.random() else { return }
            link.call(partitions.map { .get(key: keys.probe($0, name)) }) { replies in
                for (partition, reply) in zip(partitions, replies ?? []) {
                    if case .error(let error) = reply, case .moved(_, let node) = error.kind {
                        self.move(partition, to: node, from: primary)
                    }
                }
                self.sendWaiting()
            }
        }

        /// Other commands, for whoever has the slot; the replies, or nil.
        func call(_ commands: [Command], slot: Int, _ completion: @escaping ([RESPValue]?) -> Void) {
            let partition = keys.isCluster ? slot * Partitions.count / HashSlot.count : 0
            guard let primary = strays[slot] ?? owners[partition], let link = primary.readyLink() else {
                return completion(nil)
            }
            link.call(commands) { replies in
                if self.keys.isCluster, case .error(let error)? = replies?.first, case .moved(_, let node) = error.kind
                {
                    self.strays[slot] = self.node(node, from: primary)
                    return completion(nil)
                }
                completion(replies)
            }
        }

        /// Slots that are not where their partition is.
        private var strays: [Int: Primary] = [:]

        /// Where the slot is, for a connection of another kind.
        private func address(slot: Int) -> ValkeyAddress? {
            let partition = keys.isCluster ? slot * Partitions.count / HashSlot.count : 0
            return (strays[slot] ?? owners[partition])?.address
        }

        /// Listens to a channel at whoever has the slot; nil if that is not known.
        ///
        /// - Parameter onEnd: is called once, when the connection is gone or was never made.
        func listen(
            to channel: [UInt8], slot: Int, onSubscribed: @escaping () -> Void, onMessage: @escaping ([UInt8]) -> Void,
            onEnd: @escaping () -> Void
        ) -> Subscription? {
            guard !isStopped, let address = address(slot: slot) else { return nil }
            let subscription = Subscription(
                address, channel: channel, onSubscribed: onSubscribed, onMessage: onMessage, onEnd: onEnd)
            Dialer(loop: loop, tls: tls, timeout: Engine.silence).dial(address, subscription) { subscription.close() }
            return subscription
        }

        // MARK: Time

        private func look() {
            guard !isStopped else { return }
            looks += 1
            let now = NIODeadline.now()
            let isPollDue = looks.isMultiple(of: Engine.looksPerPoll)
            for primary in primaries { primary.look(now: now, limit: Engine.silence, isPollDue: isPollDue) }
            for (address, node) in nodes where node.readyLink() == nil && !owners.contains(where: { $0 === node }) {
                // It was part of the cluster.
                if isPollDue, !strays.values.contains(where: { $0 === node }) {
                    node.stop()
                    nodes[address] = nil
                }
            }
            after(Engine.lookInterval) { [weak self] in self?.look() }
        }

        func after(_ delay: TimeAmount, _ body: @escaping () -> Void) {
            loop.assumeIsolated().scheduleTask(in: delay, body)
        }

        /// Connects, and hands the connection to the handler; a failure closes it.
        func dial(_ address: ValkeyAddress, _ link: Link) {
            Dialer(loop: loop, tls: tls, timeout: Engine.silence).dial(address, link) { link.close() }
        }
    }
#endif
