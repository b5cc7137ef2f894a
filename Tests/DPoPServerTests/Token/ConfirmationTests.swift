import DPoPCore
import Testing

@testable import DPoPServer

@Suite struct ConfirmationTests {
    private let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"

    @Test("no cnf is an unbound token, and jkt or x5t#S256 a bound one")
    func known() throws {
        #expect(try Confirmation(cnf: nil).isUnbound)
        let byKey = try Confirmation(cnf: .object(["jkt": .string(jkt)]))
        #expect(byKey.jkt?.jkt == jkt && byKey.certificate == nil && !byKey.isUnbound)
        let byCertificate = try Confirmation(cnf: .object(["x5t#S256": .string(jkt)]))
        #expect(byCertificate.jkt == nil && byCertificate.certificate?.description == jkt)
        let both = try Confirmation(cnf: .object(["jkt": .string(jkt), "x5t#S256": .string(jkt), "jwk": .null]))
        #expect(both.jkt != nil && both.certificate != nil)
        #expect(both.cnf == .object(["jkt": .string(jkt), "x5t#S256": .string(jkt)]))
        #expect(Confirmation.unbound.cnf == nil)
    }

    @Test(
        "attack 116: a cnf that is empty, unknown or malformed is never an unbound token",
        arguments: [
            .object([:]), .object(["kid": "1"]), .null, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", .array([]),
            .object(["jkt": .null]), .object(["jkt": ""]), .object(["jkt": 1]), .object(["jkt": "AAAA"]),
            .object(["jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I="]),
            .object(["jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "x5t#S256": ""]),
            .object(["jkt": .array([]), "x5t#S256": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"]),
        ] as [ClaimValue])
    func refused(_ cnf: ClaimValue) {
        #expect(throws: AccessTokenRejection(.malformedConfirmation)) { try Confirmation(cnf: cnf) }
    }
}
