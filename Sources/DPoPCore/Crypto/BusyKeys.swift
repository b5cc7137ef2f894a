/// Finds the one object of each key, as long as somebody holds it: however many headers spell a key, and however many
/// verifiers it comes to, it counts once and has one table.
final class BusyKeys: Sendable {
    private struct Weak {
        weak var key: BusyKey?
    }

    private struct State {
        var keys: [Thumbprint: Weak] = [:]
        /// At so many those are looked for that nobody holds any more.
        var full = 1_024
    }

    private let state = Locked(State())

    /// A key's object; one that nobody else has, without a point, for a key that no tables are made for: of another kind or
    /// curve, or of the way by a provider.
    func key(_ key: PublicJWK) -> BusyKey {
        guard case .ec(.p256, let point) = key.material, key.verifyingKey.takesTables else {
            return BusyKey(point: nil)
        }
        return state.withLock { state in
            if let known = state.keys[key.thumbprint]?.key { return known }
            if state.keys.count >= state.full {
                state.keys = state.keys.filter { $0.value.key != nil }
                state.full = max(1_024, 2 * state.keys.count)
            }
            let new = BusyKey(point: point)
            state.keys[key.thumbprint] = Weak(key: new)
            return new
        }
    }

    /// How many are remembered, with those that nobody holds.
    var count: Int { state.withLock { $0.keys.count } }
}
