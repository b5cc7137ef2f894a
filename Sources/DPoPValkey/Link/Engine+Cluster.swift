#if Valkey
    import DPoPCore

    /// Where the parts of a cluster's memory are.
    extension Engine {
        /// The most nodes of a cluster: as many as its makers recommend at most.
        private static let mostNodes = 1_000

        func own(_ partition: Int, _ primary: Primary) {
            if owners.indices.contains(partition) { owners[partition] = primary }
        }

        /// A server said that a partition is elsewhere.
        func move(_ partition: Int, to address: NodeAddress, from primary: Primary) {
            guard keys.isCluster, owners.indices.contains(partition) else { return }
            primary.drop(partition)
            if let node = node(address, from: primary) { owners[partition] = node }
        }

        /// A server said beside other things where a partition is. Who has it and answers is believed more.
        func hear(_ partition: Int, at address: NodeAddress, from primary: Primary) {
            guard keys.isCluster, owners.indices.contains(partition) else { return }
            if let owner = owners[partition], owner !== primary, owner.readyLink() != nil { return }
            move(partition, to: address, from: primary)
        }

        /// Nil if there are too many.
        func node(_ address: NodeAddress, from primary: Primary) -> Primary? {
            let (address, full) = primary.address.node(address)
            if let home, home.address.location == full.location { return home }
            if let known = nodes[address] { return known }
            guard nodes.count < Engine.mostNodes else { return nil }
            let new = Primary(full, self)
            nodes[address] = new
            new.start()
            return new
        }

        /// No connection to it could be made.
        func unreachable(_ primary: Primary) {
            // Any, not always the same: that one may know less than others.
            let other = primaries.filter { $0 !== primary && $0.readyLink() != nil }.randomElement()
            if let other {
                ask(other, for: owners.indices.filter { owners[$0] === primary })
            } else if primary === home {
                seed = (seed + 1) % settings.addresses.count
                primary.change(to: settings.addresses[seed])
            }
        }

        /// Looks for the partitions that nobody is known to have.
        func findOwners() {
            let lost = owners.indices.filter { owners[$0] == nil }
            guard keys.isCluster, !lost.isEmpty,
                let primary = primaries.filter({ $0.readyLink() != nil }).randomElement()
            else { return }
            ask(primary, for: lost)
        }

        /// Asks one server of a cluster where partitions are now.
        private func ask(_ primary: Primary, for partitions: [Int]) {
            guard !partitions.isEmpty, let link = primary.readyLink(), let name = Symbols.random() else { return }
            link.call(partitions.map { .get(key: keys.probe($0, name)) }) { replies in
                for (partition, reply) in zip(partitions, replies ?? []) {
                    switch reply {
                    case .error(let error):
                        if case .moved(_, let node) = error.kind { self.move(partition, to: node, from: primary) }
                    default: self.own(partition, primary)
                    }
                }
                self.sendWaiting()
            }
        }

        /// Other commands, for whoever has the slot; the replies, or nil.
        func call(
            _ commands: [Command], slot: Int, redirections: Int = 0, _ completion: @escaping ([RESPValue]?) -> Void
        ) {
            guard redirections <= Engine.mostRedirections, let primary = holder(ofSlot: slot),
                let link = primary.readyLink()
            else { return completion(nil) }
            link.call(commands) { replies in
                guard self.keys.isCluster, case .error(let error)? = replies?.first,
                    case .moved(_, let node) = error.kind
                else { return completion(replies) }
                // None was done, as all are of the one slot.
                self.strays[slot] = self.node(node, from: primary)
                self.call(commands, slot: slot, redirections: redirections + 1, completion)
            }
        }

        /// Who has the slot, as far as is known; in a cluster else anyone who can say where it is.
        func holder(ofSlot slot: Int) -> Primary? {
            guard keys.isCluster else { return home }
            let likely = [strays[slot], owners[slot * Partitions.count / HashSlot.count]]
            return (likely + primaries.shuffled()).lazy.compactMap { $0 }.first { $0.readyLink() != nil }
        }

        /// Those that have nothing of ours: they were part of the cluster.
        func forgetNodes() {
            strays = strays.filter { $0.value.readyLink() != nil }
            let needed = Set((owners.compactMap { $0 } + strays.values).map(ObjectIdentifier.init))
            for (address, node) in nodes where !needed.contains(ObjectIdentifier(node)) {
                node.stop()
                nodes[address] = nil
            }
        }
    }
#endif
