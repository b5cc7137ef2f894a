import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ServerNonceTests {
    private static func response(_ lines: [UInt8]...) -> HTTPResponse {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: .nonceField, lenientValue: line)) }
        return HTTPResponse(status: .ok, headerFields: fields)
    }

    /// NQCHAR of RFC 6749 appendix A, spelled otherwise than in the source.
    private static func isPermitted(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    @Test("attack 124: of all bytes those of the RFC's set are taken, alone, first, last and amid others")
    func bytes() {
        let text = Array("abc".utf8)
        for byte in UInt8.min...UInt8.max {
            for value in [[byte], [byte] + text, text + [byte], text + [byte] + text] {
                let expected = Self.isPermitted(byte) ? String(decoding: value, as: UTF8.self) : nil
                #expect(ServerNonce.value(in: Self.response(value)) == expected, "byte \(byte)")
            }
        }
        #expect((UInt8.min...UInt8.max).count(where: Self.isPermitted) == 92)
    }

    @Test(
        "attack 124: line ends, quotes, backslashes and text of other scripts are refused",
        arguments: [
            "a\rb", "a\nb", "a\r\nb", "a\r\nAuthorization: DPoP x", "\r\n", "a\r\n", "a\0b", "a\"b", "a\\b", "a b",
            "a\tb",
            "a\u{7F}b", "n\u{F6}nce", "e\u{301}", "\u{130}", "\u{FF11}", "",
        ])
    func texts(_ text: String) {
        #expect(ServerNonce.value(in: Self.response(Array(text.utf8))) == nil)
        // The same without them.
        let plain = text.utf8.filter(Self.isPermitted)
        if !plain.isEmpty {
            #expect(ServerNonce.value(in: Self.response(plain)) == String(decoding: plain, as: UTF8.self))
        }
    }

    @Test("attack 124: 512 bytes are taken, 513 are not, nor is a mebibyte")
    func length() {
        for (count, isTaken) in [(1, true), (511, true), (512, true), (513, false), (1 << 20, false)] {
            let value = ServerNonce.value(in: Self.response([UInt8](repeating: 0x6E, count: count)))
            #expect((value?.utf8.count == count) == isTaken)
        }
    }

    @Test("attack 124: two field lines are as good as none, the same or not")
    func lines() {
        let nonce = Array("n1".utf8)
        #expect(ServerNonce.value(in: Self.response(nonce)) == "n1")
        #expect(ServerNonce.value(in: Self.response(nonce, nonce)) == nil)
        #expect(ServerNonce.value(in: Self.response(nonce, Array("n2".utf8))) == nil)
        #expect(ServerNonce.value(in: Self.response(nonce, [])) == nil)
        #expect(ServerNonce.value(in: Self.response([], nonce)) == nil)
        #expect(ServerNonce.value(in: Self.response()) == nil)
    }

    @Test("attack 124: a nonce that is ignored reaches no field and no claim, and does not replace the one before")
    func nowhere() async throws {
        let kit = try ClientKit()
        let bad = ["x\"y", "x\\y", "x y", "x\u{7F}y", String(repeating: "n", count: 513)]
        for nonce in bad {
            let server = ScriptedServer { _, index in
                index == 0 ? Answers.ok(Answers.nonce("good")) : Answers.ok(Answers.nonce(nonce))
            }
            let requests = try kit.session.requests(with: kit.token)
            for _ in 0..<3 { _ = try await requests.send(ClientKit.request(), over: server) }
            #expect(try server.claims.dropFirst().allSatisfy { $0["nonce"]?.text == "good" })
            let fields = server.requests.flatMap { $0.headerFields }
            #expect(Set(fields.map(\.name)) == [.authorization, .proofField])
        }
    }
}
