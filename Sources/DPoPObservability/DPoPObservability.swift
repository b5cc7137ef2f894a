#if !Observability
    /// What this target offers is there only where the package is used with its trait `Observability`.
    @available(*, unavailable, message: "enable the trait Observability of swift-dpop to use DPoPObservability")
    public enum DPoPObservability {}
#endif
