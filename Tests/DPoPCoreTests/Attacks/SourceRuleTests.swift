import Testing

@testable import DPoPCore

/// Rules about the repository itself.
@Suite struct SourceRuleTests {
    @Test("attack 58: no call that tests a stranger's RSA numbers for primes, which can run for minutes")
    func publicCheck() throws {
        let shim = try CheckSources.text("Modules/CSslShim/shim.h")
        let sources = try CheckSources.files(in: "Sources", endingIn: [".swift"]).map(\.text) + [shim]
        #expect(shim.contains("EVP_PKEY_"))
        for text in sources {
            for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                #expect(!line.contains(/(EVP_PKEY_(public|param)[a-z_]*check[a-z_]*|RSA_check[a-z_]*)\(/), "\(line)")
            }
        }
    }

    @Test("attack 168: the checks run all tests under the address and the thread sanitizer")
    func sanitizers() throws {
        let script = try CheckSources.text(".ci/run")
        for sanitizer in ["address", "thread"] {
            #expect(script.contains(try Regex("(?m)^swift test .*--sanitize \(sanitizer)")), "\(sanitizer)")
        }
    }

    @Test("attack 186: Swift 6, strict memory safety, checks never compiled out, no unchecked Sendable")
    func compilation() throws {
        let manifest = try CheckSources.text("Package.swift")
        #expect(manifest.contains("swiftLanguageModes: [.v6]"))
        #expect(manifest.contains(".strictMemorySafety()"))
        for flag in ["Ounchecked", "unsafeFlags", "enforce-exclusivity"] { #expect(!manifest.contains(flag)) }
        let sources = try CheckSources.files(in: "Sources", endingIn: [".swift"])
        #expect(sources.count > 40)
        for source in sources {
            for word in ["@unchecked Sendable", "try!", " as! ", "unsafeBitCast(self"] {
                #expect(!source.text.contains(word), "\(source.path): \(word)")
            }
        }
    }

    @Test("only Crypto imports libcrypto, and the core imports nothing else")
    func imports() throws {
        let sources = try CheckSources.files(in: "Sources/DPoPCore", endingIn: [".swift"])
        #expect(sources.count > 40)
        for source in sources {
            for match in source.text.matches(of: /(?m)^[a-z@() ]*import +([A-Za-z_.]+)/) {
                // The second is a part of the standard library.
                #expect(
                    (match.1 == "CSslShim" || match.1 == "Synchronization") && source.path.hasPrefix("Crypto/"),
                    "\(source.path): \(match.1)")
            }
        }
    }
}
