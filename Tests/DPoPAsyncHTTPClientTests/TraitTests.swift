#if !AsyncHTTPClient
    import Testing

    @Test(.disabled("the trait AsyncHTTPClient is off"))
    func dPoPAsyncHTTPClient() {}
#endif
