#if Valkey
    import DPoPCore
    import DPoPValkey
    import NIOSSL
    import Testing

    /// Each fault of a server or of the way to it, under load: no replay is accepted, no good proof is called a replay,
    /// nobody waits for longer than the deadline, and nothing is refused once the server has been back for a second.
    ///
    /// Run where nothing else does, which `DPOP_ALONE=1` says: beside other tests a store is refused the processor for longer
    /// than its deadline, and is right to refuse.
    @Suite(.serialized, .needsRealServer, .runsAlone)
    struct FaultTests {
        private func check(_ figures: FaultScene.Figures, servesMeanwhile: Bool = false) {
            #expect(figures.replaysAccepted == 0)
            #expect(figures.falseReplays == 0)
            #expect(figures.refusedOutside == 0)
            #expect(figures.overdue <= .zero)
            #expect(figures.accepted > 50)
            #expect(figures.replaysRefused > 50)
            #expect(servesMeanwhile || figures.refusedInTime > 0)
            let allowed = Set(FaultScene.allowed.map(\.rawValue))
            #expect(allowed.isSuperset(of: figures.codes.keys), "\(figures.codes)")
        }

        private func settings(_ port: Int) throws -> ValkeySettings {
            ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(port)"))
        }

        @Test("attack 145: a server that is absent at the start is found when it comes")
        func absentAtStart() async throws {
            let server = try await RealServer()
            let scene = FaultScene(
                name: "absent at start", startsWell: false, settings: try settings(server.port),
                fault: { server.kill() }, heal: { try await server.restart() })
            check(try await scene.run())
        }

        @Test("attacks 145 and 151: a server is killed and comes back with what it had written")
        func killed() async throws {
            var options = RealServer.Options()
            options.isPersistent = true
            let server = try await RealServer(options)
            let scene = FaultScene(
                name: "killed and back", settings: try settings(server.port), fault: { server.kill() },
                heal: { try await server.restart() })
            check(try await scene.run())
        }

        @Test("attacks 146 and 147: a server stands still for five seconds")
        func paused() async throws {
            let server = try await RealServer()
            let scene = FaultScene(
                name: "paused 5 s", settings: try settings(server.port), fault: { server.pause() }, lasts: .seconds(5),
                heal: { server.resume() })
            check(try await scene.run())
        }

        @Test("attacks 146 and 147: half a second of latency")
        func latency() async throws {
            let server = try await RealServer()
            let proxy = try await FaultProxy(target: server.port)
            let scene = FaultScene(
                name: "500 ms of latency", settings: try settings(proxy.port),
                fault: { proxy.faults.replyLatency = .milliseconds(500) }, lasts: .seconds(2),
                heal: { proxy.faults.replyLatency = .zero })
            check(try await scene.run())
        }

        @Test("attacks 145 and 148: connections are cut in the middle of a reply")
        func cut() async throws {
            let server = try await RealServer()
            let proxy = try await FaultProxy(target: server.port)
            let scene = FaultScene(
                name: "cut in mid-reply", settings: try settings(proxy.port),
                fault: {
                    for count in [2, 7, 1, 12, 30, 3] {
                        proxy.cut(afterReplyBytes: count)
                        let cuts = proxy.cuts
                        try await eventually("a cut") { proxy.cuts > cuts }
                    }
                }, lasts: .milliseconds(10), heal: {})
            // A claim whose reply was lost is asked again and recognised.
            check(try await scene.run(), servesMeanwhile: true)
            #expect(proxy.cuts >= 6)
        }

        @Test("attack 151: a server is restarted and has forgotten everything")
        func restartedEmpty() async throws {
            let server = try await RealServer()
            let scene = FaultScene(
                name: "restarted empty", settings: try settings(server.port), fault: { server.kill() },
                lasts: .milliseconds(50), heal: { try await server.restart() })
            check(try await scene.run())
        }

        @Test("attack 151: a server is emptied by FLUSHALL")
        func flushed() async throws {
            let server = try await RealServer()
            let scene = FaultScene(
                name: "FLUSHALL", settings: try settings(server.port), fault: {}, lasts: .milliseconds(10),
                heal: { try server.command("FLUSHALL") })
            check(try await scene.run())
        }

        @Test("attack 152: a server's memory is full")
        func full() async throws {
            let server = try await RealServer()
            let scene = FaultScene(
                name: "maxmemory hit", settings: try settings(server.port),
                fault: { try server.command("CONFIG", "SET", "maxmemory", "1") },
                heal: { try server.command("CONFIG", "SET", "maxmemory", "0") })
            check(try await scene.run())
        }

        @Test("attack 145: a password is wrong until it is set right")
        func password() async throws {
            let server = try await RealServer()
            try server.command("CONFIG", "SET", "requirepass", "right")
            let scene = FaultScene(
                name: "wrong password", startsWell: false,
                settings: ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(server.port)", password: "wrong")),
                fault: {}, heal: { try server.command("CONFIG", "SET", "requirepass", "wrong") })
            check(try await scene.run())
        }

        @Test("attack 145: a certificate is nobody's until it is a good one", .enabled(if: Certificates.canBeMade))
        func certificate() async throws {
            let certificates = try Certificates.shared.get()
            var options = RealServer.Options()
            options.tls = certificates.untrusted
            let untrusted = try await RealServer(options)
            options.tls = certificates.server
            let trusted = try await RealServer(options)
            let proxy = try await FaultProxy(target: untrusted.port)
            var settings = ValkeySettings(try ValkeyAddress("rediss://127.0.0.1:\(proxy.port)"))
            settings.tls.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMFile(certificates.authority.certificate))
            let scene = FaultScene(
                name: "untrusted certificate", startsWell: false, settings: settings, fault: {},
                heal: {
                    proxy.target = trusted.port
                    proxy.cutAll()
                })
            check(try await scene.run())
            #expect(try untrusted.command("DBSIZE") == "0")
        }

        @Test("attack 145: a port that speaks HTTP")
        func http() async throws {
            let web = try await ScriptedServer.answering("HTTP/1.1 400 Bad Request\r\n\r\n")
            let server = try await RealServer()
            let proxy = try await FaultProxy(target: web.port)
            let scene = FaultScene(
                name: "a port that speaks HTTP", startsWell: false, settings: try settings(proxy.port), fault: {},
                heal: {
                    proxy.target = server.port
                    proxy.cutAll()
                })
            check(try await scene.run())
        }

        @Test("attacks 149 and 151: a replica takes over without the last acknowledged writes")
        func failover() async throws {
            let primary = try await RealServer()
            let replication = try await FaultProxy(target: primary.port)
            var options = RealServer.Options()
            options.replicaOf = replication.port
            let replica = try await RealServer(options)
            try await eventually("the replica follows") { try replica.info("master_link_status") == "up" }
            let proxy = try await FaultProxy(target: primary.port)
            let kept = Locked((acknowledged: 0, replicated: 0))
            let scene = FaultScene(
                name: "failover to a replica", settings: try settings(proxy.port),
                fault: {
                    // What is written from here on does not reach the replica.
                    replication.faults.stalls = true
                    try await Task.sleep(for: .milliseconds(300))
                    let acknowledged = Int(try primary.command("DBSIZE")) ?? 0
                    primary.kill()
                    let replicated = Int(try replica.command("DBSIZE")) ?? 0
                    kept.withLock { $0 = (acknowledged, replicated) }
                },
                heal: {
                    replication.stop()
                    try replica.command("REPLICAOF", "NO", "ONE")
                    proxy.target = replica.port
                    proxy.cutAll()
                })
            check(try await scene.run())
            let (acknowledged, replicated) = kept.withLock { $0 }
            print("fault: failover: of \(acknowledged) acknowledged writes \(acknowledged - replicated) were lost")
            #expect(replicated > 0 && acknowledged - replicated > 0)
        }
    }

    extension Trait where Self == ConditionTrait {
        fileprivate static var runsAlone: Self {
            .enabled(if: StoreKit.isAlone, "they run by themselves, with DPOP_ALONE=1")
        }
    }
#endif
