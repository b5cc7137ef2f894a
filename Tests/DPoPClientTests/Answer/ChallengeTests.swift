import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ChallengeTests {
    /// Challenges as one line each: scheme, token68, parameters.
    static func read(_ lines: String...) -> [String] {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: .wwwAuthenticate, lenientValue: line.utf8)) }
        return AuthenticationChallenge.all(in: HTTPResponse(status: .unauthorized, headerFields: fields)).map(show)
    }

    static func show(_ challenge: AuthenticationChallenge) -> String {
        ([challenge.scheme] + (challenge.token68.map { ["<\($0)>"] } ?? [])
            + challenge.parameters.map { "\($0.name)=[\($0.value)]" }).joined(separator: " ")
    }

    private static func error(_ lines: String...) -> String? {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: .wwwAuthenticate, lenientValue: line.utf8)) }
        return ServerError(HTTPResponse(status: .unauthorized, headerFields: fields), body: [])?.code
    }

    private static let bearer = "Bearer realm=\"a, b\", error=\"invalid_token\""
    private static let dpop = "DPoP error=\"use_dpop_nonce\", algs=\"ES256 PS256\""

    @Test("attack 125: the error is the DPoP challenge's, in one line or two, in either order")
    func twoSchemes() {
        #expect(Self.error("\(Self.bearer), \(Self.dpop)") == "use_dpop_nonce")
        #expect(Self.error("\(Self.dpop), \(Self.bearer)") == "use_dpop_nonce")
        #expect(Self.error(Self.bearer, Self.dpop) == "use_dpop_nonce")
        #expect(Self.error(Self.dpop, Self.bearer) == "use_dpop_nonce")
        #expect(Self.error(Self.bearer) == nil)
        // A DPoP challenge without an error says nothing, another one may.
        #expect(Self.error("DPoP algs=\"ES256\"", Self.bearer) == nil)
        #expect(Self.error("DPoP algs=\"ES256\", \(Self.bearer), \(Self.dpop)") == "use_dpop_nonce")
    }

    @Test(
        "attack 125: parameters come in any order, as tokens or quoted, in any case",
        arguments: [
            "DPoP algs=\"ES256\", error=\"use_dpop_nonce\"", "DPoP error=use_dpop_nonce",
            "dpop ERROR=\"use_dpop_nonce\"", "DPOP algs=ES256,error=use_dpop_nonce",
            "DPoP error_description=\"error=\\\"x\\\", DPoP error=y\", error=\"use_dpop_nonce\"",
            "DPoP   error = \"use_dpop_nonce\" , algs=\"a\"", "DPoP\terror=no, DPoP error=use_dpop_nonce",
            "Negotiate, DPoP error=\"use_dpop_nonce\"", "Negotiate YWJj==, DPoP error=\"use_dpop_nonce\"",
            "NTLM TlRMTVNTUAAC/+==,DPoP error=\"use_dpop_nonce\"", "DPoP error=\"use_dpop_nonce\", Negotiate YWJj",
            "DPoP error=\"use_dpop_nonce\", NTLM", ", ,DPoP ,error=\"use_dpop_nonce\",,",
            "DPoP error=\"use\\_dpop_nonc\\e\"",
            "Basic realm=\"DPoP error=\\\"a\\\"\", DPoP error=\"use_dpop_nonce\"",
            "GNAP, Digest nonce=\"a,b\", qop=\"auth,auth-int\", DPoP error=\"use_dpop_nonce\"",
        ])
    func spellings(_ line: String) {
        // "\t" is no separator behind a scheme; its line ends there.
        let expected: String? = line.contains("\t") ? nil : "use_dpop_nonce"
        #expect(Self.error(line) == expected)
    }

    @Test("attack 125: challenges of one line are told apart")
    func pieces() {
        #expect(Self.read("A, B, C") == ["A", "B", "C"])
        #expect(Self.read("A x=1, B, C y=\"2\", z=3") == ["A x=[1]", "B", "C y=[2] z=[3]"])
        #expect(Self.read("A abc, B abc==, C a-._~+/b=") == ["A <abc>", "B <abc==>", "C <a-._~+/b=>"])
        #expect(Self.read("A x=\"\", B") == ["A x=[]", "B"])
        #expect(Self.read("A x=\"a\\\\b\\\"c,\"") == ["A x=[a\\b\"c,]"])
        #expect(Self.read("A x=1", "B") == ["A x=[1]", "B"])
        #expect(Self.read("", " ", ",", ", ,") == [])
        #expect(Self.read() == [])
    }

    @Test(
        "what is malformed ends its line, what stands before it and other lines count",
        arguments: [
            ("A x=1, @, C", ["A x=[1]"]), ("A x=1 y=2, C", ["A x=[1]"]), ("A x=\"1, C", ["A"]),
            ("A x=\"1\"y, C", ["A x=[1]"]),
            ("A x=, y=1, C", ["A <x=>"]), ("A x=\"1\\", ["A"]), ("A B C", ["A"]), ("A=1", []), ("\"A\"", []),
            ("A/1", []),
            ("A x=\"a\u{7F}\", C", ["A"]), ("A x=\"a\\\u{7F}\", C", ["A"]),
        ])
    func malformed(_ line: String, _ expected: [String]) {
        #expect(Self.read(line, "Z z=26") == expected + ["Z z=[26]"])
        #expect(Self.read("Z z=26", line) == ["Z z=[26]"] + expected)
    }

    @Test("a parameter that stands twice has no value")
    func twice() {
        #expect(Self.error("DPoP error=a, error=a") == nil)
        #expect(Self.error("DPoP error=a, Error=b") == nil)
        #expect(Self.error("DPoP error=a, errors=b") == "a")
    }

    @Test("attack 125: a line of 16 KiB is read, a longer one is not, and 64 challenges are kept")
    func bounds() {
        for (size, isRead) in [(16_384, true), (16_385, false), (1 << 20, false)] {
            let tail = ", DPoP error=e"
            let line = "A x=\"" + String(repeating: "y", count: size - 6 - tail.utf8.count) + "\"" + tail
            #expect(line.utf8.count == size)
            #expect((Self.error(line) == "e") == isRead)
            #expect(Self.error(line, "DPoP error=f") == (isRead ? "e" : "f"))
        }
        let many = Array(repeating: "A", count: 100).joined(separator: ",")
        #expect(Self.read(many).count == 64)
        #expect(Self.read(many, many, "DPoP error=e").count == 64)
        #expect(Self.read(String(repeating: ",", count: 16_000) + "A").count == 1)
    }
}
