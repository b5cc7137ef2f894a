import Testing

@testable import DPoPServer

@Suite struct FormBodyTests {
    @Test(
        "attack 119: an access token in a form or a query is found in every spelling of its name",
        arguments: [
            "access_token=x", "access_token=", "access_token", "a=b&access_token=x", "access_token=x&a=b",
            "&&access_token=x",
            "ACCESS_TOKEN=x", "Access_Token=x", "access%5Ftoken=x", "access%5ftoken=x", "%61ccess_token=x",
            "%41%43%43%45%53%53%5F%54%4F%4B%45%4E", "a=b;access_token=x", "access_token;a=b", "access_token[]=x",
            "access_token[0]=x", "access_token%5B%5D=x", "a=%26&access_token=%3D", "a=b=access&access_token==x",
        ])
    func found(_ form: String) {
        #expect(FormBody.hasAccessToken(Array(form.utf8)))
        #expect(FormBody.queryHasAccessToken("/orders?" + form))
        #expect(FormBody.queryHasAccessToken("https://api.example.com?" + form))
    }

    @Test(
        "attack 119: what only resembles it is another parameter",
        arguments: [
            "", "&", "=", "=access_token", "a=access_token", "access_tokens=x", "access_toke=x", "my_access_token=x",
            "access+token=x", "access_token+=x", "+access_token=x", "access-token=x", "accesstoken=x",
            "access_token%3D=x", "access_token%00=x", "%2561ccess_token=x", "access%5=x", "%", "%6", "access_token.x=y",
            "access_token%=x", "refresh_token=x", "a=%26access_token%3Dx", "acce\u{17F}s_token=x",
            "access_\u{212A}oken=x",
        ])
    func notFound(_ form: String) {
        #expect(!FormBody.hasAccessToken(Array(form.utf8)))
        #expect(!FormBody.queryHasAccessToken("/orders?" + form))
    }

    @Test("a path without a query has no parameters, and a second question mark begins no second query")
    func paths() {
        #expect(!FormBody.queryHasAccessToken("/access_token=x"))
        #expect(!FormBody.queryHasAccessToken("/&access_token=x"))
        #expect(!FormBody.queryHasAccessToken("/a?b?access_token=x"))
        #expect(FormBody.queryHasAccessToken("/a?b?&access_token=x"))
        #expect(!FormBody.queryHasAccessToken(""))
    }

    @Test("random bytes are read without trapping, and the parameter is found among them")
    func randomBytes() {
        var random = TargetRandom(seed: 119)
        for _ in 0..<5_000 {
            let noise = Array(
                random.text(["&", ";", "=", "%", "%5", "%5f", "access", "_token", "+", "a"], upTo: 9).utf8)
            _ = FormBody.hasAccessToken(noise)
            _ = FormBody.queryHasAccessToken(String(decoding: noise, as: UTF8.self))
            #expect(FormBody.hasAccessToken(noise + Array("&access%5Ftoken=".utf8) + noise))
        }
    }
}
