import CSslShim
import Foundation
import Testing

@testable import DPoPCore

@Suite("Threads and processes")
struct ThreadTests {
    @Test("attack 177: 32 threads share one key", arguments: [SigningAlgorithm.es256, .ed25519, .ps256, .es512])
    func sharedKey(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, rsaBits: 2048)
        let good = try key.signature(over: "message".utf8.span)
        let rounds = (algorithm == .es512 ? 4 : 25) * CheckKit.scale
        let right = WireWorkout.onThreads(32) { index in
            (0..<rounds).allSatisfy { round in
                var signature = good
                let isGood = (index + round) % 2 == 0
                if !isGood { signature[round % signature.count] ^= 1 }
                let outcome = key.publicJWK.verifyingKey.verify(
                    signature.span, over: "message".utf8.span, by: algorithm)
                let signed = try? key.signature(over: "other".utf8.span)
                return outcome == (isGood ? .valid : .invalid) && signed != nil
            }
        }
        #expect(right)
    }

    @Test("attack 178: the first use of a process from 32 threads at once")
    func firstUse() async {
        await #expect(processExitsWith: .success) {
            let right = WireWorkout.onThreads(32) { index in
                guard let wire = try? WireProof(index % 2 == 0 ? .es256 : .ed25519), let proof = try? wire.compact()
                else { return false }
                return WireWorkout.verdict(proof) == nil
            }
            exit(right ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test("attack 179: a forked child signs and verifies, with numbers of its own")
    func fork() async {
        await #expect(processExitsWith: .success) {
            guard WireWorkout.allVerdictsRight(), let uri = try? TargetURI("https://a.example/") else { exit(10) }
            let builder = try? ProofBuilder(signer: SigningKey.generate(.es256))
            var ends: [Int32] = [0, 0]
            // Made before, so that there are random bytes in store when the process forks.
            guard unsafe pipe(&ends) == 0, let builder,
                (try? builder.proof(method: "GET", targetURI: uri, issuedAt: UnixTime(seconds: 1))) != nil
            else { exit(11) }
            let child = Glibc.fork()
            guard child >= 0 else { exit(12) }
            // Both sides make a proof; what differs can only be the random numbers.
            let proof = try? builder.proof(method: "GET", targetURI: uri, issuedAt: UnixTime(seconds: 1))
            guard let proof, WireWorkout.verdict(proof) == nil else { exit(13) }
            let text = Array(proof.utf8)
            if child == 0 {
                let written = unsafe text.withUnsafeBytes { unsafe write(ends[1], $0.baseAddress, $0.count) }
                _exit(written == text.count ? EXIT_SUCCESS : 14)
            }
            var status: Int32 = 0
            guard unsafe waitpid(child, &status, 0) == child, status == 0 else { exit(15) }
            var theirs = [UInt8](repeating: 0, count: text.count + 100)
            let count = unsafe theirs.withUnsafeMutableBytes { unsafe read(ends[0], $0.baseAddress, $0.count) }
            guard count > 0 else { exit(16) }
            let segments = String(decoding: theirs[..<count], as: UTF8.self).split(separator: ".")
            let ours = proof.split(separator: ".")
            exit(segments[0] == ours[0] && segments[1] != ours[1] && segments[2] != ours[2] ? EXIT_SUCCESS : 17)
        }
    }

    @Test("attacks 180 and 181: a hostile configuration changes no verdict", .ofOurContext)
    func configuration() async {
        await #expect(processExitsWith: .success) {
            guard let file = configurationFile(properties: "fips=yes", module: "/nonexistent/evil") else { exit(10) }
            setenv("OPENSSL_CONF", file, 1)
            setenv("OPENSSL_MODULES", "/nonexistent", 1)
            setenv("OPENSSL_ENGINES", "/nonexistent", 1)
            setenv("OPENSSL_CONF_INCLUDE", "/nonexistent", 1)
            let right = WireWorkout.allVerdictsRight()
            unlink(file)
            exit(right ? EXIT_SUCCESS : EXIT_FAILURE)
        }
        await #expect(processExitsWith: .success) {
            guard let file = configurationFile(properties: "fips=yes", module: "default") else { exit(10) }
            setenv("OPENSSL_CONF", file, 1)
            guard WireWorkout.allVerdictsRight() else { exit(11) }
            unlink(file)
            // The twin: the host's own context did read the file, and finds nothing that it allows.
            exit(unsafe EVP_MD_fetch(nil, "SHA256", nil) == nil ? EXIT_SUCCESS : EXIT_FAILURE)
        }
        await #expect(processExitsWith: .success) {
            setenv("OPENSSL_CONF", "/proc/self/maps", 1)
            exit(WireWorkout.allVerdictsRight() ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test("attack 180: a program that turns configuration off loads none of its modules", .ofOurContext)
    func configurationOff() async {
        // Debian's libcrypto brings the legacy provider as a module, which a configuration can name.
        await #expect(processExitsWith: .success) {
            guard let file = configurationFile(properties: "provider!=none", module: "legacy") else { exit(10) }
            setenv("OPENSSL_CONF", file, 1)
            guard CryptoLibrary.disableConfigurationLoading(), WireWorkout.allVerdictsRight() else { exit(11) }
            // Asking makes libcrypto set up the host's context, where it has not yet.
            guard unsafe OSSL_PROVIDER_available(nil, "legacy") == 0 else { exit(12) }
            unlink(file)
            exit(mapsContain("legacy.so") ? EXIT_FAILURE : EXIT_SUCCESS)
        }
        // The twin: left on, the same file does load it.
        await #expect(processExitsWith: .success) {
            guard let file = configurationFile(properties: "provider!=none", module: "legacy") else { exit(10) }
            setenv("OPENSSL_CONF", file, 1)
            guard WireWorkout.allVerdictsRight() else { exit(11) }
            guard unsafe OSSL_PROVIDER_available(nil, "legacy") == 1 else { exit(12) }
            unlink(file)
            exit(mapsContain("legacy.so") ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test("attack 181: default properties of the host's context reach ours not", .ofOurContext)
    func properties() async {
        await #expect(processExitsWith: .success) {
            guard unsafe EVP_set_default_properties(nil, "fips=yes") == 1 else { exit(10) }
            // The twin: in the host's own context nothing can be fetched now.
            guard unsafe EVP_MD_fetch(nil, "SHA256", nil) == nil else { exit(11) }
            guard WireWorkout.allVerdictsRight() else { exit(12) }
            guard unsafe EVP_set_default_properties(nil, "provider=none") == 1 else { exit(13) }
            exit(WireWorkout.allVerdictsRight() ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }
}

extension Trait where Self == ConditionTrait {
    fileprivate static var ofOurContext: Self {
        .enabled(if: CryptoPath.standard == .direct, "the way by a provider follows the process's configuration")
    }
}

/// The path of a new configuration file that names a module and default properties.
private func configurationFile(properties: String, module: String) -> String? {
    let text = """
        openssl_conf = start
        [start]
        providers = providers
        alg_section = algorithms
        [providers]
        \(module) = module
        [module]
        \(module.hasPrefix("/") ? "module = \(module)" : "")
        activate = 1
        [algorithms]
        \(properties.isEmpty ? "" : "default_properties = \(properties)")
        """
    let path = NSTemporaryDirectory() + "/dpop-\(UUID().uuidString).cnf"
    return (try? text.write(toFile: path, atomically: false, encoding: .utf8)) == nil ? nil : path
}

private func mapsContain(_ name: String) -> Bool {
    // Piece by piece: the system gives such a file no size and at most a page at a time.
    guard let file = FileHandle(forReadingAtPath: "/proc/self/maps") else { return true }
    var text = Data()
    while let piece = try? file.read(upToCount: 4_096), !piece.isEmpty { text += piece }
    return String(decoding: text, as: UTF8.self).contains(name)
}
