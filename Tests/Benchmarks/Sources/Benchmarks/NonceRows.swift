import CBare
import DPoPCore
import DPoPServer

/// Stateless nonces against one HMAC-SHA256 over as many bytes, in a context that is used again and again.
struct NonceRows {
    let quick: Bool
    private let batch = 256

    func rows(_ table: inout Table) throws {
        let nonces = try StatelessNonces(secrets: [.random()], audience: .resourceServer)
        let now = UnixTime.now()
        guard let nonce = nonces.issue(now: now), nonces.judge(nonce, now: now) != .invalid else {
            throw Trouble("no nonce")
        }
        guard let hmac = bare_hmac_new() else { throw Trouble("no bare HMAC") }
        defer { bare_hmac_free(hmac) }
        var (issuing, checking) = (Rounds(), Rounds())
        for _ in 0..<(quick ? 20 : 400) {
            try issuing.round(of: batch) {
                for offset in 0..<batch where nonces.issue(now: now.advanced(bySeconds: Int64(offset))) == nil {
                    throw Trouble("no nonce")
                }
            } reference: {
                for _ in 0..<batch where bare_hmac(hmac) != 1 { throw Trouble("no bare HMAC") }
            }
            try checking.round(of: batch) {
                for _ in 0..<batch where nonces.judge(nonce, now: now) == .invalid { throw Trouble("a bad nonce") }
            } reference: {
                for _ in 0..<batch where bare_hmac(hmac) != 1 { throw Trouble("no bare HMAC") }
            }
        }
        table.add("nonce issued", issuing.result, .atMost(3))
        table.add("nonce checked", checking.result, .atMost(3))
    }
}
