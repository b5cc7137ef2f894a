import DPoPClient
import DPoPCore
import DPoPURLSession
import HTTPTypes

// The README's code, as it stands there, in a place that brings its names.

func handle(_ tokens: TokenSource, audit: some ScopeObserver) throws -> DPoPURLSession {
    // README: with a handle
    let scope = try SigningScope(
        origins: [ServerOrigin("https://api.example.com")], methods: [.get],
        rate: SigningRate(burst: 20, refill: 2, every: .seconds(1)), until: UnixTime.now().advanced(bySeconds: 600))
    let api = DPoPURLSession(tokens.scoped(to: scope, observer: audit))
    // README: end
    return api
}
