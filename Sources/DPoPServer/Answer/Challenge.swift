import DPoPCore
import HTTPTypes

/// The WWW-Authenticate fields of a resource (RFC 9110 §11.6.1): one line a scheme, DPoP first.
package struct Challenge: Sendable {
    /// The parameters that are the same in each challenge, as they are written.
    private let dpopParameters: String?
    private let bearerParameters: String?

    /// - Parameters:
    ///   - algorithms: `algs` (RFC 9449 §7.1); empty: DPoP is not served.
    ///   - servesBearer: whether unbound tokens are served too, so that Bearer stands beside DPoP.
    ///   - resourceMetadata: `resource_metadata` (RFC 9728 §5.1).
    init(
        algorithms: [SigningAlgorithm], servesBearer: Bool, realm: String?, scope: [String], resourceMetadata: String?
    ) {
        var shared: [String] = []
        if let realm { shared.append("realm=\"\(realm)\"") }
        if !scope.isEmpty { shared.append("scope=\"\(scope.joined(separator: " "))\"") }
        if let resourceMetadata { shared.append("resource_metadata=\"\(resourceMetadata)\"") }
        bearerParameters = servesBearer ? shared.joined(separator: ", ") : nil
        let algs = "algs=\"\(algorithms.map(\.rawValue).joined(separator: " "))\""
        dpopParameters = algorithms.isEmpty ? nil : (shared + [algs]).joined(separator: ", ")
    }

    /// The field lines, the error in the one whose scheme the client used, else in the first.
    func fields(error: Refusal.WireError?, reason: String, usedBearer: Bool) -> [HTTPField] {
        let errorParameters = error.map { "error=\"\($0.rawValue)\", error_description=\"\(reason)\"" }
        let isErrorBearers = dpopParameters == nil || (usedBearer && bearerParameters != nil)
        var fields: [HTTPField] = []
        for (scheme, parameters, hasError) in [
            ("DPoP", dpopParameters, !isErrorBearers), ("Bearer", bearerParameters, isErrorBearers),
        ] {
            guard let parameters else { continue }
            let all = [hasError ? errorParameters : nil, parameters].compactMap { $0 }.filter { !$0.isEmpty }
            let value = all.isEmpty ? scheme : "\(scheme) \(all.joined(separator: ", "))"
            fields.append(HTTPField(name: .wwwAuthenticate, value: value))
        }
        return fields
    }

    /// Whether a setting can stand between the quotes of a parameter: printable ASCII without quote and backslash.
    static func isQuotable(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// Whether a setting is a scope-token (RFC 6749 §3.3).
    package static func isScopeToken(_ text: String) -> Bool {
        !text.isEmpty && isQuotable(text) && !text.utf8.contains(UInt8(ascii: " "))
    }
}
