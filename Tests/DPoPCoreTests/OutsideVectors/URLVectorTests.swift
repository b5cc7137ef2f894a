import Foundation
import Testing

@testable import DPoPCore

/// RFC 3986 normalisation as others have it, and the WHATWG's data for robustness.
@Suite("URLs of others", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct URLVectorTests {
    private func isHTTP(_ text: String) -> Bool {
        text.lowercased().hasPrefix("http://") || text.lowercased().hasPrefix("https://")
    }

    @Test("attacks 94 to 104: normal forms of http and https URIs")
    func normalForms() throws {
        var tally = OutsideTally("url rfc3986 normalize")
        let file = try OutsideVectors.object("url/rfc3986-normalize.json")
        for vector in try OutsideVectors.objects(file["normalize"]) {
            let input = try #require(vector["input"] as? String)
            let normalized = try #require(vector["normalized"] as? String)
            let uri = try? TargetURI(input)
            guard isHTTP(input) else {
                #expect(uri == nil, "\(input)")
                tally.skip("relative or of another scheme; refused")
                continue
            }
            // Compared as targets: IPv6 spelling, an empty path and the query are written differently here.
            let expected = try? TargetURI(normalized)
            tally.record(input, labelledValid: true, accepted: uri != nil && uri == expected)
        }
        tally.finish(count: 93)
    }

    @Test("attacks 94 to 104: equal URIs")
    func equality() throws {
        var tally = OutsideTally("url rfc3986 equal")
        let file = try OutsideVectors.object("url/rfc3986-normalize.json")
        for vector in try OutsideVectors.objects(file["equal"]) {
            let a = try #require(vector["a"] as? String)
            let b = try #require(vector["b"] as? String)
            guard isHTTP(a) else {
                tally.skip("of another scheme; refused")
                continue
            }
            let left = try? TargetURI(a)
            tally.record(
                a, labelledValid: vector["equal"] as? Bool == true, accepted: left != nil && left == (try? TargetURI(b))
            )
        }
        tally.finish(count: 28)
    }

    @Test("attack 185: what the WHATWG's data holds is refused or has a stable normal form")
    func robustness() throws {
        var (run, read) = (0, 0)
        for name in ["urltestdata", "percent-encoding"] {
            let list = try JSONSerialization.jsonObject(with: OutsideVectors.data("url/wpt/\(name).json"))
            for case let entry as [String: Any] in try #require(list as? [Any]) {
                run += 1
                guard let input = entry["input"] as? String, let uri = try? TargetURI(input) else { continue }
                read += 1
                #expect(try TargetURI(uri.normalized).normalized == uri.normalized, "\(input)")
                #expect(try TargetURI(uri.spelling) == uri, "\(input)")
                #expect(uri.normalized.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(input)")
            }
        }
        print("vectors: url wpt (robustness only): \(run) run, \(read) read, \(run - read) refused")
        #expect(run >= 880)
        #expect(read > 50)
    }
}
