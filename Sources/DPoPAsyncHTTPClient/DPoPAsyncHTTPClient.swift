#if !AsyncHTTPClient
    /// What this target offers is there only where the package is used with its trait `AsyncHTTPClient`.
    @available(*, unavailable, message: "enable the trait AsyncHTTPClient of swift-dpop to use DPoPAsyncHTTPClient")
    public enum DPoPAsyncHTTPClient {}
#endif
