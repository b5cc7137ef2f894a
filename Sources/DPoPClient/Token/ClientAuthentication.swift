public import DPoPCore
import HTTPTypes

/// How a client shows an authorization server who it is (RFC 6749 §2.3, RFC 7523 §2.2, OpenID Connect Core §9). Made
/// anew for every send, so that an assertion that may be used once is used once. No description shows its secrets.
public struct ClientAuthentication: Sendable {
    public let clientID: String

    /// Whether the client has no credentials; its refresh tokens are then bound to its DPoP key (RFC 9449 §5).
    public var isPublic: Bool { if case .none = method { true } else { false } }

    private let method: Method

    private enum Method: Sendable {
        case none
        case basic(secret: String)
        case post(secret: String)
        case assertion(@Sendable (_ issuer: String, _ now: UnixTime) async throws -> String)
    }

    /// A client without credentials: `client_id` in the body.
    public static func publicClient(id: String) -> ClientAuthentication {
        ClientAuthentication(clientID: id, method: .none)
    }

    /// `client_secret_basic`: both halves encoded as in a form, then base64 (RFC 6749 §2.3.1).
    public static func clientSecretBasic(id: String, secret: String) -> ClientAuthentication {
        ClientAuthentication(clientID: id, method: .basic(secret: secret))
    }

    /// `client_secret_post`: `client_id` and `client_secret` in the body.
    public static func clientSecretPost(id: String, secret: String) -> ClientAuthentication {
        ClientAuthentication(clientID: id, method: .post(secret: secret))
    }

    /// `private_key_jwt`: a JWT with iss, sub, aud, a jti of 128 random bits, iat, and exp 60 s later. Its clock is the
    /// server's, as far as the session knows it.
    ///
    /// - Parameters:
    ///   - key: better another one than the DPoP key: it lives as long as the client is registered with it.
    ///   - keyID: `kid`; nil for none.
    ///   - audience: `aud`; nil is the issuer, which current guidance wants; some servers want their token endpoint.
    public static func privateKeyJWT(
        id: String, key: SigningKey, keyID: String? = nil, audience: String? = nil
    ) -> ClientAuthentication {
        ClientAuthentication(
            clientID: id,
            method: .assertion { issuer, now in
                let claims: [String: ClaimValue] = [
                    "iss": .string(id), "sub": .string(id), "aud": .string(audience ?? issuer),
                    "jti": .string(try RandomText.make(octets: 16)), "iat": .integer(now.seconds),
                    "exp": .integer(now.advanced(bySeconds: assertionLifetime).seconds),
                ]
                return try SignedJWT.text(type: "JWT", keyID: keyID, claims: claims, signedBy: key)
            })
    }

    /// An assertion of another origin (RFC 7521 §4.2): from a key service, a platform's workload identity.
    ///
    /// - Parameter make: called for every send; a server may take an assertion once. What it throws is the `underlying`
    ///   of a `keyUnavailable`.
    public static func assertion(
        id: String, make: @escaping @Sendable () async throws -> String
    ) -> ClientAuthentication {
        ClientAuthentication(clientID: id, method: .assertion { _, _ in try await make() })
    }

    /// In seconds: long enough for one send and clocks that are a little apart.
    private static let assertionLifetime: Int64 = 60
}

extension ClientAuthentication {
    /// The request and its form as they are sent, once.
    ///
    /// - Parameters:
    ///   - issuer: of the server that it goes to.
    ///   - now: the server's clock.
    ///
    /// Throws `keyUnavailable` where no assertion can be had, and a cancellation as it is.
    func applied(
        to request: HTTPRequest, _ form: [(name: String, value: String)], issuer: String, now: UnixTime
    ) async throws -> (request: HTTPRequest, body: [UInt8]) {
        var (request, form) = (request, form)
        // Authorization requests name the client themselves.
        func nameClient() {
            if !form.contains(where: { $0.name == "client_id" }) { form.append(("client_id", clientID)) }
        }
        switch method {
        case .none: nameClient()
        case .basic(let secret):
            let pair = Array("\(FormEncoding.encode(clientID)):\(FormEncoding.encode(secret))".utf8)
            request.headerFields[fields: .authorization] = [
                .secret("Basic \(ClientAuthentication.base64(pair))", for: .authorization)
            ]
        case .post(let secret):
            nameClient()
            form.append(("client_secret", secret))
        case .assertion(let make):
            nameClient()
            form.append(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
            form.append(("client_assertion", try await ClientAuthentication.assertion(issuer, now, by: make)))
        }
        return (request, FormEncoding.encode(form))
    }

    private static func assertion(
        _ issuer: String, _ now: UnixTime, by make: (String, UnixTime) async throws -> String
    ) async throws -> String {
        do {
            return try await make(issuer, now)
        } catch let error as DPoPClientError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw DPoPClientError(.keyUnavailable, "the client's assertion could not be made", underlying: error)
        }
    }

    /// RFC 4648 §4.
    private static func base64(_ bytes: [UInt8]) -> String {
        var text = Base64URL.encode(bytes.span).map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }
}

extension ClientAuthentication: CustomStringConvertible, CustomReflectable {
    /// Nothing but the type.
    public var description: String { "ClientAuthentication" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
