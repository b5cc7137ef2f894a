#if Valkey
    extension RealServer.Options {
        /// What the server is started with.
        func commandLine(port: Int, busPort: Int, in folder: String) -> [String] {
            var words = [
                "--bind", "127.0.0.1", "--loglevel", "warning", "--logfile", folder + "/log", "--dir", folder,
                "--pidfile", folder + "/pid", "--unixsocket", folder + "/s", "--save", "", "--appendonly",
                isPersistent ? "yes" : "no", "--maxmemory-policy", policy, "--repl-diskless-sync-delay", "0",
                "--user", "kit", "on", ">kit", "~*", "&*", "+@all",
            ]
            if let tls {
                words += ["--port", "0", "--tls-port", "\(port)", "--tls-cert-file", tls.certificate]
                words += ["--tls-key-file", tls.key, "--tls-ca-cert-file", tls.certificate, "--tls-auth-clients", "no"]
            } else {
                words += ["--port", "\(port)"]
            }
            if let password { words += ["--requirepass", password, "--masterauth", password] }
            for user in users { words += ["--user"] + user.split(separator: " ").map(String.init) }
            if let maximumMemory { words += ["--maxmemory", "\(maximumMemory)"] }
            if let replicaOf { words += ["--replicaof", "127.0.0.1", "\(replicaOf)"] }
            if isCluster {
                words += ["--cluster-enabled", "yes", "--cluster-port", "\(busPort)"]
                words += ["--cluster-config-file", "nodes.conf"]
            }
            return words + arguments
        }
    }
#endif
