#if Valkey
    internal import DPoPCore

    /// A key and which of its tokens are revoked, as servers keep it and messages carry it.
    ///
    /// `v1`, the thumbprint (43 characters of base64url), `issuedBefore` and `until`, with single spaces between them;
    /// the times as decimal seconds, the first with all nine digits of its nanoseconds if it has any, or `*` for all
    /// tokens and for ever. At most 98 bytes of ASCII.
    struct Revocation: Sendable, Hashable {
        let thumbprint: Thumbprint
        let extent: RevocationExtent

        init(_ thumbprint: Thumbprint, _ extent: RevocationExtent) {
            self.thumbprint = thumbprint
            self.extent = extent
        }

        /// Nil for anything but the one spelling, so also for a version that is not known here.
        init?(bytes: [UInt8]) {
            guard bytes.count <= 98 else { return nil }
            let parts = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 4, parts[0].elementsEqual("v1".utf8),
                let thumbprint = Thumbprint(String(decoding: parts[1], as: UTF8.self)),
                let issuedBefore = Self.time(parts[2]), let until = Self.time(parts[3])
            else { return nil }
            self.init(thumbprint, RevocationExtent(issuedBefore: issuedBefore.value, until: until.value))
            guard self.bytes == bytes else { return nil }
        }

        var bytes: [UInt8] {
            let issuedBefore = extent.issuedBefore.map(\.description) ?? "*"
            let until = extent.until.map(\.description) ?? "*"
            return Array("v1 \(thumbprint.jkt) \(issuedBefore) \(until)".utf8)
        }

        private struct Time {
            let value: UnixTime?
        }

        /// Other spellings of a number are told by spelling it again.
        private static func time(_ text: ArraySlice<UInt8>) -> Time? {
            if text.elementsEqual("*".utf8) { return Time(value: nil) }
            let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard let seconds = Int64(String(decoding: parts[0], as: UTF8.self)) else { return nil }
            guard parts.count > 1 else { return Time(value: UnixTime(seconds: seconds)) }
            guard parts.count == 2, let nanoseconds = Int32(String(decoding: parts[1], as: UTF8.self)) else {
                return nil
            }
            return Time(value: UnixTime(seconds: seconds, nanoseconds: nanoseconds))
        }
    }
#endif
