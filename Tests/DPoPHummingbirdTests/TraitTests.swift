#if !Hummingbird
    import Testing

    @Test(.disabled("the trait Hummingbird is off"))
    func dPoPHummingbird() {}
#endif
