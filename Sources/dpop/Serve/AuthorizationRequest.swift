#if Hummingbird
    import DPoPCore
    import DPoPServer

    /// What an authorization request asks for, once it is checked (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9449 §10).
    struct AuthorizationRequest: Sendable {
        let clientID: String
        let redirectURI: RedirectURI
        let scope: [String]
        let state: String?

        /// The SHA-256 of the code verifier (RFC 7636 §4.2).
        let challenge: Thumbprint

        /// The key that the code is bound to; nil for none.
        let jkt: Thumbprint?

        /// Why it is refused: `error` and its description, from a fixed list.
        struct Fault: Error {
            let error: OAuthError
            let description: String

            init(_ error: OAuthError, _ description: String) {
                self.error = error
                self.description = description
            }
        }

        /// - Parameters:
        ///   - redirectURI: the request's, which was checked before: a fault is told there.
        ///   - proof: the key of a pushed request's proof; nil without one.
        init(
            _ form: Form, client: Client, redirectURI: RedirectURI, proof: Thumbprint? = nil
        ) throws(Fault) {
            func value(_ name: String) throws(Fault) -> String? {
                do { return try form.value(name) } catch { throw Fault(.invalidRequest, "\(name) is malformed") }
            }
            clientID = client.id
            self.redirectURI = redirectURI
            guard let type = try value("response_type") else {
                throw Fault(.invalidRequest, "response_type is missing")
            }
            guard type == "code" else { throw Fault(.unsupportedResponseType, "expected response_type code") }
            guard let mode = try Optional(value("response_mode") ?? "query"), mode == "query" else {
                throw Fault(.invalidRequest, "expected response_mode query")
            }
            state = try value("state")
            do { scope = try Scope.read(try value("scope")) } catch {
                throw Fault(.invalidScope, "scope is malformed or too long")
            }
            guard try value("code_challenge_method") == "S256",
                let challenge = try value("code_challenge").flatMap({ Thumbprint($0) })
            else { throw Fault(.invalidRequest, "expected a code_challenge with code_challenge_method S256") }
            self.challenge = challenge
            // An empty one is not an absent one: whoever sends it means to bind the code.
            let dpopJKT = form.has("dpop_jkt") ? try value("dpop_jkt") ?? "" : nil
            do { jkt = try AuthorizationBinding.thumbprint(dpopJKT: dpopJKT, proof: proof) } catch {
                switch error {
                case .malformedParameter: throw Fault(.invalidRequest, "dpop_jkt is not a thumbprint")
                case .disagreement: throw Fault(.invalidDPoPProof, "dpop_jkt and the proof name different keys")
                }
            }
        }
    }

    /// Where the answer to an authorization request goes. This server knows no registrations: any https URI is taken, and
    /// http on a loopback address (RFC 8252 §7.3). Not for the use by people whom a link could mislead.
    struct RedirectURI: Sendable {
        /// As the request has it.
        let text: String

        /// Nil for what is not such a URI, and for one with a fragment (RFC 6749 §3.1.2).
        init?(_ text: String) {
            guard text.utf8.count <= 2_048, !text.utf8.contains(UInt8(ascii: "#")), let target = try? TargetURI(text)
            else {
                return nil
            }
            let loopbacks = ["http://127.0.0.1", "http://localhost", "http://[0:0:0:0:0:0:0:1]"]
            let isAllowed =
                target.normalized.utf8.starts(with: "https://".utf8)
                || loopbacks.contains { host in
                    let rest = target.normalized.utf8.dropFirst(host.utf8.count)
                    return target.normalized.utf8.starts(with: host.utf8)
                        && (rest.first == UInt8(ascii: ":") || rest.first == UInt8(ascii: "/"))
                }
            guard isAllowed else { return nil }
            self.text = text
        }

        /// The URI with more parameters in its query.
        func adding(_ parameters: [(String, String)]) -> String {
            let query = parameters.map { "\($0.0)=\(FormEncoding.encode($0.1))" }.joined(separator: "&")
            return text + (text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query
        }

        /// Whether a token request names the same one (RFC 6749 §4.1.3), byte by byte.
        func isSame(as other: String) -> Bool { text.utf8.elementsEqual(other.utf8) }
    }

    /// The scope of a request (RFC 6749 §3.3). This server grants what is asked for.
    enum Scope {
        /// Scope takes its room in the token, which must fit a header field.
        private static let longest = 1_024

        struct Malformed: Error {}

        /// The scope-tokens, each once; none for nil.
        static func read(_ text: String?) throws(Malformed) -> [String] {
            guard let text else { return [] }
            let tokens = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let isGood =
                text.utf8.count <= longest && Set(tokens).count == tokens.count
                && tokens.allSatisfy(Challenge.isScopeToken)
            guard isGood else { throw Malformed() }
            return tokens
        }
    }
#endif
