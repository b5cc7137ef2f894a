#if !Hummingbird
    /// What this target offers is there only where the package is used with its trait `Hummingbird`.
    @available(*, unavailable, message: "enable the trait Hummingbird of swift-dpop to use DPoPHummingbird")
    public enum DPoPHummingbird {}
#endif
