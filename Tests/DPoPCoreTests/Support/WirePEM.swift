/// PKCS#8 keys for tests alone.
enum WirePEM {
    /// A P-256 key.
    static let good = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmDwFLcwRQsYLy1LG
        hVYE1XCQwzH5hGB0wb+ak0dPRR+hRANCAATrc7c/upVaXn8iU4Yc4mep1Rguie0a
        GqX3Ay1RSg2WJhFXDE0M9C7f5opoTaVvebmZTI+XZdkik1pNBkVZdqBx
        -----END PRIVATE KEY-----

        """

    /// Its private number.
    static let scalar = "983c052dcc1142c60bcb52c6855604d57090c331f9846074c1bf9a93474f451f"

    /// The same private number beside another key's public point.
    static let mismatched = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmDwFLcwRQsYLy1LG
        hVYE1XCQwzH5hGB0wb+ak0dPRR+hRANCAATVIZJzlXkThXcdNqFsKwO8DWJ20acn
        wk3YYspg91X0cvaoqQg1uyf1RqeBndIW7UEnQqflF2iIyjrI/tXqRbIY
        -----END PRIVATE KEY-----

        """
}
