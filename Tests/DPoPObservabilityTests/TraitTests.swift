#if !Observability
    import Testing

    @Test(.disabled("the trait Observability is off"))
    func dPoPObservability() {}
#endif
