#if !Valkey
    /// What this target offers is there only where the package is used with its trait `Valkey`.
    @available(*, unavailable, message: "enable the trait Valkey of swift-dpop to use DPoPValkey")
    public enum DPoPValkey {}
#endif
