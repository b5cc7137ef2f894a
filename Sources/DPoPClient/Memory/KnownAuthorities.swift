import DPoPCore

/// The origins of authorities as requests write them, so that one that was read is not read again.
final class KnownAuthorities: Sendable {
    private struct Written: Hashable {
        let scheme: String
        let authority: String
    }

    private let origins = Locked(BoundedMemory<Written, ServerOrigin>(capacity: KnownAuthorities.capacity))

    /// A client talks to few servers; a search for who gives way looks at so many.
    private static let capacity = 64

    /// The bytes of an authority that are kept: a host has up to 253.
    private static let maximumLength = 320

    /// - Parameters: in ASCII, because `String ==` takes some other characters for an ASCII one.
    func origin(scheme: String, authority: String) -> ServerOrigin? {
        let written = Written(scheme: scheme, authority: authority)
        return origins.withLock { $0.value(for: written) }
    }

    func record(_ origin: ServerOrigin, scheme: String, authority: String) {
        guard authority.utf8.count <= KnownAuthorities.maximumLength else { return }
        let written = Written(scheme: scheme, authority: authority)
        origins.withLock { $0.update(written, default: origin) { $0 = origin } }
    }
}
