import DPoPCore

/// Where the demonstration plays: what judges its requests, through the public interface.
protocol DemoStage: Sendable {
    /// One line that says where.
    var place: String { get }
    var tokenEndpoint: TargetURI { get }
    var calendar: TargetURI { get }
    var contacts: TargetURI { get }

    /// What a token without a proof is refused for.
    var codeWithoutProof: String { get }

    /// Issues a token that is bound to the key of the proof that came with the token request.
    func issueToken(_ proof: String) async throws -> String

    /// Nil if the request is granted, else what it is refused for.
    ///
    /// - Parameters:
    ///   - issuedTo: the key that the token is bound to.
    ///   - proof: nil sends the token as is.
    func use(
        _ token: String, issuedTo jkt: Thumbprint, _ method: String, _ targetURI: TargetURI, proof: String?
    ) async throws -> String?
}

/// In this process, with the verifier alone.
struct VerifierStage: DemoStage {
    let place = "Each request is judged by a verifier."
    let tokenEndpoint: TargetURI
    let calendar: TargetURI
    let contacts: TargetURI
    let codeWithoutProof = ProofRejection.Code.malformedProof.rawValue

    private let verifier = ProofVerifier(policy: .default, replay: MemoryReplayCache(memory: .startsEmpty))
    private let now: UnixTime

    init(now: UnixTime) throws {
        self.now = now
        tokenEndpoint = try TargetURI("https://as.example/token")
        calendar = try TargetURI("https://api.example/calendar")
        contacts = try TargetURI("https://api.example/contacts")
    }

    func issueToken(_ proof: String) throws -> String {
        _ = try verifier.verify(proof, for: .tokenRequest(method: "POST", targetURI: tokenEndpoint), now: now)
        return "the agent's access token"
    }

    func use(
        _ token: String, issuedTo jkt: Thumbprint, _ method: String, _ targetURI: TargetURI, proof: String?
    ) -> String? {
        let request = RequestContext.resource(method: method, targetURI: targetURI, accessToken: token, boundTo: jkt)
        do {
            _ = try verifier.verify(proof ?? "", for: request, now: now)
            return nil
        } catch {
            return error.code.rawValue
        }
    }
}
