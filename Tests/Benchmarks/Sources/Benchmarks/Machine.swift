import CBare
import Foundation

/// Where and when the figures were measured.
enum Machine {
    static let cores = ProcessInfo.processInfo.activeProcessorCount

    /// As /proc/cpuinfo names it.
    static let processor: String = {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
            ?? "unknown processor"
    }()

    /// OpenSSL 3.0.17, say, without the date of its release.
    static let libcrypto = String(cString: bare_libcrypto()).split(separator: " ").prefix(2).joined(separator: " ")

    /// Today by UTC.
    static let date: String = {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate]
        return formatter.string(from: Date())
    }()

    static let caption = "\(date), \(processor), \(cores) \(cores == 1 ? "core" : "cores"), \(libcrypto)"
}
