import CSslShim
import Testing

@testable import DPoPCore

/// What a host may have in libcrypto's error queue stays there, and nothing is added.
@Suite("libcrypto's error queue")
struct ErrorQueueTests {
    /// Calls into each part of the shim, good and bad.
    private func workout() throws {
        for algorithm in SigningAlgorithm.allCases {
            let wire = try WireProof(algorithm)
            let proof = try wire.compact()
            try DecodedProof(decoding: proof).verifySignature()
            #expect(!BitFlipTests.isGood(proof.dropLast(8) + "AAAAAAAA"))
            let key = wire.key.publicJWK.verifyingKey
            for other in SigningAlgorithm.allCases where other != algorithm {
                _ = key.verify([1, 2, 3].span, over: [4].span, by: other)
            }
            let pem = try SigningKeyTests.pem(wire.key)
            _ = try SigningKey(pkcs8PEM: pem)
            #expect(throws: SigningKeyError.self) { try SigningKey(pkcs8PEM: String(pem.dropLast(40))) }
            #expect(throws: SigningKeyError.self) { try SigningKey(pkcs8PEM: "") }
            #expect(throws: SigningKeyError.self) { try SigningKey(pkcs8PEMFrom: -1) }
            #expect(throws: SigningKeyError.self) { try wire.key.writePKCS8PEM(to: -1) }
        }
        let sealed = try SigningKeyTests.pem(SigningKey.generate(.es256), passphrase: "abc")
        _ = try SigningKey(pkcs8PEM: sealed, passphrase: "abc")
        #expect(throws: SigningKeyError.self) { try SigningKey(pkcs8PEM: sealed) }
        #expect(throws: SigningKeyError.self) { try SigningKey(pkcs8PEM: sealed, passphrase: "abd") }
        #expect(wireKeyCode(WireKey.ec.with("y", bytes: WireKey.ec.bytes("x")).json) == .malformedKey)
        #expect(wireCode { () throws(ProofRejection) in try PublicJWK(.ed25519([])) } == .malformedKey)
        var random: [UInt8] = [0, 0, 0, 0]
        var span = random.mutableSpan
        let filled = RandomBytes.fill(&span) && RandomBytes.fillFromStore(&span)
        #expect(filled)
    }

    @Test("attacks 173 and 174: the queue is empty after every call, right and wrong")
    func empty() throws {
        ERR_clear_error()
        try workout()
        #expect(ERR_peek_error() == 0)
    }

    @Test("attack 174: an error that was there before stays, and stays alone")
    func stale() throws {
        ERR_clear_error()
        let none = unsafe EVP_PKEY_new_raw_public_key_ex(nil, "NO SUCH KEY", nil, nil, 0)
        #expect(unsafe none == nil)
        let (first, last) = (ERR_peek_error(), ERR_peek_last_error())
        #expect(first != 0)
        try workout()
        #expect(ERR_peek_error() == first)
        #expect(ERR_peek_last_error() == last)
        ERR_clear_error()
    }

    @Test("attacks 169, 171 and 172: empty buffers and explicit lengths")
    func lengths() throws {
        let empty: [UInt8] = []
        let sha256 = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
        #expect(SHA256Digest(of: empty.span).encoded == sha256)
        #expect(AccessTokenHash(of: "a\0b") != AccessTokenHash(of: "a\0c"))
        for algorithm in SigningAlgorithm.allCases {
            let key = try SigningKey.generate(algorithm, rsaBits: 2048)
            let signature = try key.signature(over: empty.span)
            #expect(key.publicJWK.verifyingKey.verify(signature.span, over: empty.span, by: algorithm) == .valid)
            #expect(key.publicJWK.verifyingKey.verify(empty.span, over: empty.span, by: algorithm) == .invalid)
            #expect(key.publicJWK.verifyingKey.verify(signature.span, over: [0].span, by: algorithm) == .invalid)
        }
        #expect(wireKeyCode("\0") == .malformedProof)
        // Lengths beyond a C int never reach libcrypto: both stop at the shim.
        #expect(unsafe cssl_bio_reading(nil, 0) == nil)
        var byte: UInt8 = 0
        #expect(unsafe cssl_bio_reading(&byte, Int(Int32.max) + 1) == nil)
        #expect(unsafe cssl_ecdsa_verify(nil, &byte, Int(Int32.max) + 1, &byte, 32) == -1)
        #expect(unsafe cssl_rsa_public_key_new(nil, &byte, Int(Int32.max) + 1, &byte, 1) == nil)
    }

    @Test("attack 184: the library at run time is the one that this was compiled for, and the check can tell")
    func version() throws {
        #expect(cssl_version_matches() == 1)
        #expect(OPENSSL_version_major() == UInt32(OPENSSL_VERSION_MAJOR))
        #expect(OPENSSL_version_major() >= 3)
        #expect(CryptoLibrary.shared != nil)
    }
}
