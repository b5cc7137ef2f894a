import HTTPTypes

/// Which pages of other origins may read answers.
public struct CrossOrigin: Sendable {
    func preflight(_ request: HTTPRequest) -> HTTPResponse? { nil }
    func responseFields(_ request: HTTPRequest) -> HTTPFields { HTTPFields() }
}
