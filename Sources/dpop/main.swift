import DPoPCore

let clock = ContinuousClock()
let keys = try (0..<64).map { _ in try SigningKey.generate(.es256) }
let builders = keys.map { ProofBuilder(signer: $0) }
let uri = try TargetURI("https://resource.example.org/protectedresource")
let token = String(repeating: "Kz~8mXK1EalYznwH", count: 4)
var proofs: [String] = []
let n = 20000
let t0 = clock.now
for i in 0..<n { proofs.append(try builders[i % 64].proof(method: "GET", targetURI: uri, accessToken: token)) }
let t1 = clock.now
print("size", proofs[0].utf8.count, "build", (t1 - t0) / n)
let v = ProofVerifier(policy: .default, replay: MemoryReplayCache(memory: .startsEmpty))
let contexts = keys.map {
    RequestContext.resource(method: "GET", targetURI: uri, accessToken: token, boundTo: $0.publicJWK.thumbprint)
}
let t2 = clock.now
for i in 0..<n {
    _ = try v.verify(
        proofs[i],
        for: .resource(method: "GET", targetURI: uri, accessToken: token, boundTo: keys[i % 64].publicJWK.thumbprint))
}
let t3 = clock.now
print("verify", (t3 - t2) / n)
do { _ = try v.verify(proofs[0], for: contexts[0]) } catch { print(error) }
