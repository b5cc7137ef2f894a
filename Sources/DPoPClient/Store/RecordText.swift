import DPoPCore

/// The part of a session's file that is no key: one JSON object, without white space.
///
///     {"current":ENTRY,"identity":{"client":"…","issuer":"…"},"others":[ENTRY,…]}
///     ENTRY:  {"jkt":"…","key":{"alg":"ES256","length":241,"offset":81},"tokens":TOKENS}
///     TOKENS: {"access":"…","expires":1700000000,"obtained":1699999700,"refresh":{"jkt":"…","token":"…"},
///              "scope":["…",…],"type":"DPoP"}
///
/// `key` says where in the file the key's PEM block is, and is missing where the key is held elsewhere; `identity`, `tokens`,
/// `expires`, `refresh` and `scope` may be missing. Nothing else may be there.
enum RecordText {
    /// Where a key is in the file.
    struct KeyPlace: Sendable, Hashable {
        let algorithm: SigningAlgorithm
        let offset: Int
        let length: Int
    }

    /// An entry whose key is not read yet.
    struct Entry: Sendable {
        let jkt: Thumbprint
        let place: KeyPlace?
        let tokens: SessionRecord.Tokens?
    }

    /// - Parameter places: where the keys of the entries are, the current one's first; nil for those held elsewhere.
    static func write(_ record: SessionRecord, places: [KeyPlace?]) throws(ProofBuildingError) -> [UInt8] {
        let entries = zip([record.current] + record.others, places).map { entry, place in
            value(Entry(jkt: entry.jkt, place: place, tokens: entry.tokens))
        }
        let others = ClaimValue.array(Array(entries.dropFirst()))
        var members: [String: ClaimValue] = ["current": entries.first ?? .null, "others": others]
        if let identity = record.identity {
            members["identity"] = .object(["issuer": .string(identity.issuer), "client": .string(identity.clientID)])
        }
        return try ClaimValue.object(members).json()
    }

    /// What is in the text: the entries, the current one first; nil for anything that was not written by this.
    static func read(_ json: [UInt8]) -> (entries: [Entry], identity: SessionRecord.Identity?)? {
        guard let tree = try? ClaimValue(json: json), case .object(let members) = tree,
            hasOnly(members, ["current", "identity", "others"]), case .array(let others)? = members["others"],
            others.count <= SessionRecord.maximumOthers, let current = members["current"]
        else { return nil }
        var entries: [Entry] = []
        for element in [current] + others {
            guard let entry = entry(element), !entries.contains(where: { $0.jkt == entry.jkt }) else { return nil }
            entries.append(entry)
        }
        guard let identity = members["identity"] else { return (entries, nil) }
        return Self.identity(identity).map { (entries, $0) }
    }

    // MARK: Writing

    private static func value(_ entry: Entry) -> ClaimValue {
        var members: [String: ClaimValue] = ["jkt": .string(entry.jkt.jkt)]
        if let place = entry.place {
            members["key"] = .object([
                "alg": .string(place.algorithm.rawValue), "offset": .integer(Int64(place.offset)),
                "length": .integer(Int64(place.length)),
            ])
        }
        if let tokens = entry.tokens { members["tokens"] = value(tokens) }
        return .object(members)
    }

    private static func value(_ tokens: SessionRecord.Tokens) -> ClaimValue {
        let isBound = if case .bound = tokens.credential { true } else { false }
        var members: [String: ClaimValue] = [
            "access": .string(tokens.credential.text), "type": isBound ? "DPoP" : "Bearer",
            "obtained": .integer(tokens.obtainedAt.seconds),
        ]
        if let expiresAt = tokens.credential.expiresAt { members["expires"] = .integer(expiresAt.seconds) }
        if let refresh = tokens.refreshToken {
            members["refresh"] = .object(["token": .string(refresh.text), "jkt": .string(refresh.jkt.jkt)])
        }
        if let scope = tokens.scope { members["scope"] = .array(scope.map(ClaimValue.string)) }
        return .object(members)
    }

    // MARK: Reading

    private static func identity(_ value: ClaimValue) -> SessionRecord.Identity? {
        guard case .object(let members) = value, hasOnly(members, ["client", "issuer"]),
            let issuer = members["issuer"]?.text, let client = members["client"]?.text
        else { return nil }
        return SessionRecord.Identity(issuer: issuer, clientID: client)
    }

    private static func entry(_ value: ClaimValue) -> Entry? {
        guard case .object(let members) = value, hasOnly(members, ["jkt", "key", "tokens"]),
            let jkt = members["jkt"]?.text.flatMap({ Thumbprint($0) })
        else { return nil }
        var place: KeyPlace?
        if let key = members["key"] {
            guard case .object(let key) = key, hasOnly(key, ["alg", "offset", "length"]),
                let algorithm = key["alg"]?.text.flatMap({ SigningAlgorithm(rawValue: $0) }),
                case .integer(let offset)? = key["offset"], case .integer(let length)? = key["length"],
                0...Int64(RecordFile.maximumSize) ~= offset, 0...Int64(RecordFile.maximumSize) ~= length
            else { return nil }
            place = KeyPlace(algorithm: algorithm, offset: Int(offset), length: Int(length))
        }
        guard let tokens = members["tokens"] else { return Entry(jkt: jkt, place: place, tokens: nil) }
        return Self.tokens(tokens, jkt).map { Entry(jkt: jkt, place: place, tokens: $0) }
    }

    private static func tokens(_ value: ClaimValue, _ jkt: Thumbprint) -> SessionRecord.Tokens? {
        guard case .object(let members) = value,
            hasOnly(members, ["access", "expires", "obtained", "refresh", "scope", "type"]),
            let access = members["access"]?.text, TokenResponse.isToken(access),
            let obtained = members["obtained"].flatMap(time)
        else { return nil }
        var expiresAt: UnixTime?
        if let expires = members["expires"] {
            guard let read = time(expires) else { return nil }
            expiresAt = read
        }
        let credential: AccessCredential
        switch members["type"] {
        case "DPoP"?: credential = .bound(BoundToken(accessToken: access, jkt: jkt, expiresAt: expiresAt))
        case "Bearer"?: credential = .bearer(BearerToken(accessToken: access, expiresAt: expiresAt))
        default: return nil
        }
        var refreshToken: RefreshToken?
        if let refresh = members["refresh"] {
            guard case .object(let refresh) = refresh, hasOnly(refresh, ["token", "jkt"]),
                let token = refresh["token"]?.text, TokenResponse.isToken(token),
                let jkt = refresh["jkt"]?.text.flatMap({ Thumbprint($0) })
            else { return nil }
            refreshToken = RefreshToken(text: token, jkt: jkt)
        }
        var scope: [String]?
        if let value = members["scope"] {
            guard case .array(let elements) = value else { return nil }
            let texts = elements.compactMap(\.text)
            guard texts.count == elements.count else { return nil }
            scope = texts
        }
        return SessionRecord.Tokens(
            credential: credential, refreshToken: refreshToken, scope: scope, obtainedAt: obtained)
    }

    private static func time(_ value: ClaimValue) -> UnixTime? {
        guard case .integer(let seconds) = value else { return nil }
        return UnixTime(seconds: seconds)
    }

    private static func hasOnly(_ members: [String: ClaimValue], _ names: Set<String>) -> Bool {
        members.keys.allSatisfy { names.contains($0) }
    }
}
