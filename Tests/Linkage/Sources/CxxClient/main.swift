import DPoPCore

/// The same with C++ interoperability switched on.
func run() throws {
    let uri = try TargetURI("https://api.example.com/accounts/1")
    let key = try SigningKey.generate(.es256)
    let proof = try ProofBuilder(signer: key).proof(method: "GET", targetURI: uri, accessToken: "token")
    let verifier = ProofVerifier(policy: .default, replay: MemoryReplayCache())
    let request = RequestContext.resource(
        method: "GET", targetURI: uri, accessToken: "token", boundTo: key.publicJWK.thumbprint)
    let verified = try verifier.verify(proof, for: request)
    precondition(verified.thumbprint == key.publicJWK.thumbprint)
    do {
        _ = try verifier.verify(proof, for: request)
        preconditionFailure("the proof was accepted twice")
    } catch {
        precondition(error.code == .replayed)
    }
    print("ok")
}

try run()
