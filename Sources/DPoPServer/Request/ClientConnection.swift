/// What a server knows of a request besides its text: where it came from, and by which certificate.
public struct ClientConnection: Sendable {
    /// The IP address of the other end of the connection: the client's, or the last proxy's. Without a port; IPv4 in
    /// dotted decimal, IPv6 in any of its spellings. Nil where it is not known, as on a Unix socket.
    public var peerAddress: String?

    /// The thumbprint of the client certificate that the TLS handshake verified (RFC 8705); nil if there was none.
    public var certificate: CertificateThumbprint?

    /// A name for the request in logs, of the server's own choosing; nil if it has none.
    public var requestID: String?

    /// For a forward-auth subrequest: the method of the request that is asked about. Nil: the request itself is.
    public var originalMethod: String?

    /// For a forward-auth subrequest: path and query of the request that is asked about, beginning with "/". Nil: the
    /// request itself is. Take it from a field that your gateway always sets, and that reaches you only through it. The
    /// origin is selected by the subrequest's own Host field, or by what ``TrustedProxies`` say.
    public var originalPath: String?

    public init(
        peerAddress: String? = nil, certificate: CertificateThumbprint? = nil, requestID: String? = nil,
        originalMethod: String? = nil, originalPath: String? = nil
    ) {
        self.peerAddress = peerAddress
        self.certificate = certificate
        self.requestID = requestID
        self.originalMethod = originalMethod
        self.originalPath = originalPath
    }
}
