#if !Valkey
    import Testing

    @Test(.disabled("the trait Valkey is off"))
    func dPoPValkey() {}
#endif
