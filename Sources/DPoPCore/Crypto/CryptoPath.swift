/// Which of libcrypto's functions work with signatures and their keys. Verdicts are the same.
public enum CryptoPath: Sendable, Hashable, CaseIterable {
    /// libcrypto's own elliptic-curve functions for ECDSA, which are several times faster to give a key to, and otherwise
    /// the default provider in a library context of this package's own: nothing that is configured in the process
    /// changes what it does.
    case direct

    /// EVP functions alone, in the process's default library context and by its default properties: by whatever provider
    /// the process is configured for, for deployments that must stay inside a validated module (FIPS 140). Import and
    /// making of keys, signing and verifying are done there.
    ///
    /// What that provider does not have fails as `cryptoFailure` (or a `SigningKeyError.cryptoFailure`) and is never done
    /// otherwise; <doc:Providers> says what stays outside. ``KeyTables`` are not used. Not signatures, and done by libcrypto directly as always: the SHA-256 that
    /// names things (`jkt`, `ath`, what a replay store keeps) and the codes of nonces.
    case provider

    /// What is used where nothing is said: ``direct``.
    public static var standard: CryptoPath {
        #if DPOP_PATH_PROVIDER
            .provider
        #else
            .direct
        #endif
    }
}
