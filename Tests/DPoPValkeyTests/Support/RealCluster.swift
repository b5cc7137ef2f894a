#if Valkey
    import Foundation

    /// Three primaries with a third of the 16,384 slots each, on 127.0.0.1; and if wanted a replica of the first.
    final class RealCluster: Sendable {
        let primaries: [RealServer]
        let replica: RealServer?

        var nodes: [RealServer] { primaries + [replica].compactMap { $0 } }

        /// Returns when all nodes agree that the cluster is well.
        ///
        /// - Parameter nodeTimeout: after how many milliseconds without an answer a node counts as failed.
        init(withReplica: Bool = false, nodeTimeout: Int = 5_000, arguments: [String] = []) async throws {
            var options = RealServer.Options()
            options.isCluster = true
            options.arguments = ["--cluster-node-timeout", "\(nodeTimeout)"] + arguments
            var nodes: [RealServer] = []
            for _ in 0..<(withReplica ? 4 : 3) { nodes.append(try await RealServer(options)) }
            primaries = Array(nodes.prefix(3))
            replica = withReplica ? nodes[3] : nil
            for (index, (first, last)) in [(0, 5_460), (5_461, 10_922), (10_923, 16_383)].enumerated() {
                try RealCluster.add(first...last, to: primaries[index])
            }
            for (index, node) in nodes.enumerated() { try node.command("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)") }
            // Each meets each: hearing of others through others takes seconds.
            for (index, node) in nodes.enumerated() {
                for other in nodes[..<index] {
                    try node.command("CLUSTER", "MEET", "127.0.0.1", "\(other.port)", "\(other.busPort)")
                }
            }
            try await RealCluster.agree(nodes)
            if let replica {
                let primary = try nodes[0].command("CLUSTER", "MYID")
                try replica.command("CLUSTER", "REPLICATE", primary)
                try await eventually("the replica follows") {
                    try replica.info("master_link_status") == "up" && nodes[0].info("connected_slaves") == "1"
                }
                // Those who do not know it yet would not vote for it.
                try await eventually("all know the replica") {
                    try nodes.allSatisfy { try $0.command("CLUSTER", "NODES").contains("slave \(primary)") }
                }
            }
        }

        func stop() {
            for node in nodes { node.stop() }
        }

        /// The slot of a key.
        func slot(of key: String) throws -> Int { Int(try primaries[2].command("CLUSTER", "KEYSLOT", key)) ?? 0 }

        /// The node that the running ones take for the primary of a slot.
        func owner(ofSlot slot: Int) throws -> RealServer {
            for node in nodes where node.pid != 0 {
                // "id ip:port@bus flags primary ping pong epoch state slot…"
                let lines = try node.command("CLUSTER", "NODES").split(separator: "\n")
                for words in lines.map({ $0.split(separator: " ") }) where words.count > 8 && !words[2].contains("fail")
                {
                    let isOwner = words.dropFirst(8).contains { range in
                        let ends = range.split(separator: "-").compactMap { Int($0) }
                        return (ends.first ?? .max)...(ends.last ?? .max) ~= slot
                    }
                    let port = words[1].split(separator: "@")[0].split(separator: ":").last.flatMap { Int($0) }
                    if isOwner, let owner = nodes.first(where: { $0.port == port }) { return owner }
                }
            }
            throw KitError("nobody has slot \(slot)")
        }

        /// The replica becomes the primary; returns when it is one, and the others that run know it.
        ///
        /// - Parameter killing: the first primary is killed before, so that what it had not yet replicated is lost.
        ///   Otherwise the two agree, and nothing is.
        func failover(killing: Bool = false) async throws {
            guard let replica else { throw KitError("the cluster has no replica") }
            if killing { primaries[0].kill() }
            let id = try replica.command("CLUSTER", "MYID")
            var asked: ContinuousClock.Instant?
            try await eventually("the replica is the primary for all") {
                guard try replica.info("role") == "master" else {
                    // An attempt ends after 5 seconds, with or without success.
                    if asked.map({ ContinuousClock.now - $0 > .seconds(6) }) ?? true {
                        try replica.command(["CLUSTER", "FAILOVER"] + (killing ? ["TAKEOVER"] : []))
                        asked = .now
                    }
                    return false
                }
                return try primaries.filter { $0.pid != 0 }.allSatisfy { node in
                    try node.command("CLUSTER", "NODES").split(separator: "\n").contains { line in
                        // With slots behind its state.
                        line.hasPrefix(id) && line.contains("master") && !line.hasSuffix("connected")
                    }
                }
            }
        }

        /// The first half of a move of a slot: its owner answers ASK for keys that it does not have (any more).
        func startMove(ofSlot slot: Int, to target: RealServer) throws {
            let source = try owner(ofSlot: slot)
            try target.command("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", source.command("CLUSTER", "MYID"))
            try source.command("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", target.command("CLUSTER", "MYID"))
        }

        /// The second half: the keys go there, and all primaries are told; the old owner then answers MOVED.
        func finishMove(ofSlot slot: Int, to target: RealServer) throws {
            let source = try owner(ofSlot: slot)
            while true {
                let keys = try source.command("CLUSTER", "GETKEYSINSLOT", "\(slot)", "100").split(separator: "\n")
                guard !keys.isEmpty else { break }
                for key in keys {
                    try source.command("MIGRATE", "127.0.0.1", "\(target.port)", String(key), "0", "10000")
                }
            }
            let id = try target.command("CLUSTER", "MYID")
            // The new owner first, so that at no time nobody has it.
            for node in [target] + primaries.filter({ $0 !== target && $0.pid != 0 }) {
                try node.command("CLUSTER", "SETSLOT", "\(slot)", "NODE", id)
            }
        }

        func moveSlot(_ slot: Int, to target: RealServer) throws {
            try startMove(ofSlot: slot, to: target)
            try finishMove(ofSlot: slot, to: target)
        }

        private static func add(_ slots: ClosedRange<Int>, to node: RealServer) throws {
            do {
                try node.command("CLUSTER", "ADDSLOTSRANGE", "\(slots.lowerBound)", "\(slots.upperBound)")
            } catch is BlockingClient.ErrorReply {
                // Before 7.0.
                try node.command(["CLUSTER", "ADDSLOTS"] + slots.map(String.init))
            }
        }

        private static func agree(_ nodes: [RealServer]) async throws {
            try await eventually("all nodes of the cluster are well") {
                try nodes.allSatisfy { node in
                    let state = try node.command("CLUSTER", "INFO")
                    return state.contains("cluster_state:ok") && state.contains("cluster_known_nodes:\(nodes.count)\r")
                }
            }
        }
    }
#endif
