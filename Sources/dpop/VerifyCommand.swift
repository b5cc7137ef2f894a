import ArgumentParser
import DPoPCore

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify a proof, or a batch of them.",
        discussion: """
            Without an access token the request is one to the token endpoint. With one, --jkt says what key the token \
            is bound to; without --jkt all else is checked and the answer says "binding: unchecked".

            A batch holds one JSON object a line: id, proof, method, url, and optionally accessToken, jkt, nonce, now, \
            maxAge, maxFuture, algorithms, and no other member. Each line is answered by one, in the same order, with one replay memory \
            for the run.
            """)

    @Option(help: "The method that the server saw.")
    var method: String?

    @Option(help: "The target URI that the server saw.", transform: Read.targetURI)
    var url: TargetURI?

    @Option(help: ArgumentHelp("The proof. (default: standard input)", valueName: "file"))
    var proofFile: String?

    @Option(
        help: ArgumentHelp(
            "The access token that the request carried, or a token response in JSON.", valueName: "file"))
    var accessTokenFile: String?

    // Unconditional, here and for the nonce: one base64url value in 64 begins with "-".
    @Option(
        parsing: .unconditional, help: "The thumbprint that the token is bound to.", transform: Read.thumbprint)
    var jkt: Thumbprint?

    @Option(parsing: .unconditional, help: "The nonce that the proof must carry.")
    var nonce: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The time to judge by, in seconds since 1970. (default: now)", valueName: "seconds"),
        transform: Read.time)
    var now: UnixTime?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How old the proof may be. (default: 60)", valueName: "seconds"), transform: Read.window)
    var maxAge: Int64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far ahead it may be dated. (default: 10)", valueName: "seconds"),
        transform: Read.window)
    var maxFuture: Int64?

    @Option(
        help: ArgumentHelp("The algorithms to accept, with commas between. (default: all)", valueName: "names"),
        transform: Read.algorithms)
    var alg: [SigningAlgorithm]?

    @Option(help: ArgumentHelp("Judge the lines of this file; - is standard input.", valueName: "file"))
    var batch: String?

    @Flag(help: "Print one JSON object; a batch always answers in JSON.")
    var json = false

    func run() throws {
        if let batch {
            try requireNothingBesideBatch()
            guard try BatchRun().run(batch) else { throw Refused() }
            return
        }
        guard let method else { throw Failure("--method: expected the method that the server saw") }
        guard let url else { throw Failure("--url: expected the target URI that the server saw") }
        let proofFile = proofFile ?? "-"
        try requireOneStandardInput([proofFile, accessTokenFile])
        let accessToken = try accessTokenFile.map { try AccessTokenFile(reading: $0).accessToken }
        let judgement = Judgement(
            proof: try readProof(proofFile, option: "--proof-file"), method: method, targetURI: url,
            accessToken: accessToken, boundThumbprint: jkt,
            policy: VerificationPolicy(nonce: nonce, maxAge: maxAge, maxFuture: maxFuture, algorithms: alg), now: now)
        do {
            let acceptance = try judgement.run(in: RunReplayStore())
            try printAnswer(json: json, .object(acceptance.members), text: acceptance.text)
        } catch let rejection as ProofRejection {
            try printAnswer(json: json, .object(rejection.members), text: rejection.text)
            throw Refused()
        }
    }

    /// What a line does not say must not look as if it held for the batch.
    private func requireNothingBesideBatch() throws {
        let isAlone =
            method == nil && url == nil && proofFile == nil && accessTokenFile == nil && jkt == nil && nonce == nil
            && now == nil && maxAge == nil && maxFuture == nil && alg == nil
        guard isAlone else {
            throw Failure("--batch: expected without other options; each line says what to judge it by")
        }
    }
}

extension VerificationPolicy {
    /// The default policy, but for what is given.
    init(nonce: String?, maxAge: Int64?, maxFuture: Int64?, algorithms: [SigningAlgorithm]?) {
        self = .default
        if let nonce { nonces = .required(ExpectedNonce(nonce)) }
        if let maxAge { maximumAge = maxAge }
        if let maxFuture { maximumFuture = maxFuture }
        if let algorithms { self.algorithms = algorithms }
    }
}
