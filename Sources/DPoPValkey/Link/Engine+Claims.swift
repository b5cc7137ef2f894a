#if Valkey
    import DPoPCore
    import NIOCore

    /// How claims come in, wait, and are sent on.
    extension Engine {
        /// How many may wait; those beyond are refused at once.
        private static let mostWaiting = 16_384
        static let mostRedirections = 5
        /// How long a claim may wait for a batch that is under way before it is sent beside it.
        private static let longestHold = TimeAmount.milliseconds(1)
        private static let mostLonelyTurns = 8

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
            if isBusy || batches > 0 { setDrainTimer(in: isBusy ? pace : Engine.longestHold) }
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
                let rest = self.lastTurn + pace - .now()
                guard rest <= .nanoseconds(0) else { return self.setDrainTimer(in: rest) }
                self.turn(isCalled: false)
                guard self.lonelyTurns > Engine.mostLonelyTurns else { return self.setDrainTimer(in: pace) }
                self.isBusy = false
                self.lonelyTurns = 0
                self.drain()
            }
        }

        private func route(_ claims: [Claim]) {
            guard !claims.isEmpty else { return }
            guard keys.isCluster else {
                wait(home?.send(claims) ?? claims)
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
            for (owner, claims) in byOwner.values { wait(owner.send(claims)) }
        }

        private func wait(_ claims: [Claim]) {
            if claims.isEmpty { return }
            guard !isFull else {
                for claim in claims { claim.answer(.full) }
                return
            }
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
            if let primary { wait(primary.send([claim], asking: true)) } else { resend([claim]) }
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
    }
#endif
