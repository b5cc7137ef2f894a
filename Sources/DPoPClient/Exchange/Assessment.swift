import DPoPCore
public import HTTPTypes

/// What an answer means for its request.
public enum Assessment: Sendable {
    /// It is the answer, whatever it says.
    case final
    /// Sign the request again, as this retry, and send it: the server did not count this proof.
    case signAgain(Retry)
    /// Sending again would not help; the answer is a refusal.
    case failed(DPoPClientError)
}

extension SignedRequest {
    /// Takes in an answer: its nonce, its clock, and what it says of the proof. Call it once, with every answer.
    ///
    /// - Parameters:
    ///   - response: the head, of this request's own answer and no redirected one's.
    ///   - errorBody: the body of a 400 or 401, up to 65,536 bytes of it; what is longer is not looked at.
    public func assess(_ response: HTTPResponse, errorBody: [UInt8] = []) -> Assessment {
        takeNonce(of: response)
        return verdict(on: response, errorBody: errorBody)
    }

    /// The first half of the assessment, which needs no body: those who wait for the nonce go on.
    func takeNonce(of response: HTTPResponse) {
        if carriesProof { memory.nonces.record(slot, ServerNonce.value(in: response)) }
    }

    /// The second half.
    func verdict(on response: HTTPResponse, errorBody: [UInt8]) -> Assessment {
        guard let error = ServerError(response, body: errorBody) else { return .final }
        guard carriesProof else { return assessToken(error, nil) }
        let fresh = ServerNonce.value(in: response)
        switch error.code {
        case "use_dpop_nonce": return assessNonce(fresh, response, error)
        case "invalid_dpop_proof": return assessProof(fresh, response, error)
        default: return assessToken(error, fresh)
        }
    }

    private var carriesProof: Bool {
        if case .bearer? = credential { false } else { true }
    }

    private func assessNonce(_ fresh: String?, _ response: HTTPResponse, _ error: ServerError) -> Assessment {
        func failed(_ code: DPoPClientError.Code, _ reason: String) -> Assessment {
            .failed(DPoPClientError(code, reason, response: response, serverError: error))
        }
        guard let fresh else { return failed(.nonceMissing, "the server asks for a nonce and gives none") }
        guard fresh != facts.nonce else { return failed(.nonceRepeated, "the server refuses the nonce that it gives") }
        guard let retry = Retry(.nonce, of: self, fresh) else {
            return failed(.nonceRepeated, "the server asks for nonce after nonce")
        }
        return .signAgain(retry)
    }

    private func assessProof(_ fresh: String?, _ response: HTTPResponse, _ error: ServerError) -> Assessment {
        // A cache's answer is as old as its Age says, so its Date says nothing of the clock.
        if response.headerFields[fields: .age].isEmpty, let date = HTTPDate.seconds(in: response) {
            let finding = memory.clocks.compare(
                facts.origin, date: date, sent: facts.signedAt.seconds, now: memory.now.seconds,
                assumed: facts.offset)
            switch finding {
            case .unremarkable: break
            case .learned(let offset):
                memory.observe(.clockOffsetLearned(facts.origin, seconds: offset))
                if let retry = Retry(.clock, of: self, fresh) { return .signAgain(retry) }
            case .known:
                if let retry = Retry(.clock, of: self, fresh) { return .signAgain(retry) }
            case .tooFar:
                return .failed(
                    DPoPClientError(
                        .clockSkew, "the server's clock and ours are too far apart to be corrected",
                        response: response, serverError: error))
            }
        }
        if let nonce = facts.nonce, fresh == nil {
            memory.nonces.drop(slot, nonce)
            if let retry = Retry(.nonceDropped, of: self) { return .signAgain(retry) }
        }
        return .final
    }

    private func assessToken(_ error: ServerError, _ fresh: String?) -> Assessment {
        guard hasOtherTokens, error.code == "invalid_token", let retry = Retry(.token, of: self, fresh) else {
            return .final
        }
        return .signAgain(retry)
    }
}
