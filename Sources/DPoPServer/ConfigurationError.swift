/// A setting that must not be. Thrown at construction, so that a server does not start with it.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for whoever wrote the configuration. Never holds a secret.
    public let description: String

    init(_ description: String) { self.description = description }
}
