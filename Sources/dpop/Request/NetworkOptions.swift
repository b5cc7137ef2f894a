import ArgumentParser
import DPoPClient
import DPoPCore
import DPoPURLSession
import Foundation
import HTTPTypes

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The options of every command that sends requests, and how such a command ends.
struct NetworkOptions: ParsableArguments {
    @Flag(help: "Print each request and answer, with secrets shortened.")
    var trace = false

    @Option(
        help: ArgumentHelp("How long all requests and answers together may take. (default: 60)", valueName: "seconds"),
        transform: Read.maximumTime)
    var maxTime = 60

    /// The bytes of an answer that are taken, 64 MiB: it is held whole.
    static let largestAnswer = 67_108_864

    /// Runs a command's exchange and prints how it ended.
    func run(json isJSON: Bool, _ body: (any ClientTransport) async throws -> Outcome) async throws {
        let configuration = URLSessionConfiguration.ephemeral
        // Longer than the deadline, which is to be the one that ends it.
        configuration.timeoutIntervalForRequest = TimeInterval(2 * maxTime)
        configuration.timeoutIntervalForResource = TimeInterval(2 * maxTime)
        let recording = RecordingTransport(
            URLSessionTransport(configuration: configuration), until: .now + .seconds(maxTime))
        let result: Result<Outcome, any Error>
        do { result = .success(try await body(recording)) } catch { result = .failure(error) }
        let trace = Trace(hops: recording.hops)
        if self.trace, !isJSON || !result.isAnswer { writeToStandardError(trace.text) }
        let traced: [(String, JSONOutput)] = self.trace ? [("trace", trace.json)] : []
        switch result {
        case .success(let outcome):
            if isJSON {
                try writeToStandardOutput(JSONOutput.object(outcome.members + traced).text + "\n")
            } else {
                try writeToStandardOutput(outcome.text.span)
                if let complaint = outcome.complaint { writeToStandardError("dpop: \(complaint)\n") }
            }
            if !outcome.isGood { throw Refused() }
        case .failure(let error as DPoPClientError) where error.isVerdict:
            if isJSON {
                try writeToStandardOutput(JSONOutput.object(error.members + traced).text + "\n")
            } else {
                writeToStandardError("dpop: \(singleLine(error.description))\n")
            }
            throw Refused()
        case .failure(let error as DPoPClientError): throw Failure(error.description)
        case .failure(let error as Failure): throw error
        case .failure(is RecordingTransport.OutOfTime):
            throw Failure("no answer: not all was done in \(maxTime) s; --max-time gives it more")
        case .failure(let error as URLError):
            throw Failure("no answer: \(error.localizedDescription) (\(error.code.rawValue))")
        case .failure(let error):
            // What it says is not ours, so that its kind must do.
            throw Failure("not finished: an error of the kind \(type(of: error))")
        }
    }
}

/// How a command's exchange ended, with an answer.
struct Outcome {
    let isGood: Bool
    let members: [(String, JSONOutput)]
    let text: [UInt8]
    /// What the text does not say, for standard error.
    var complaint: String?
}

extension Result<Outcome, any Error> {
    /// Whether there is an object to print.
    fileprivate var isAnswer: Bool {
        switch self {
        case .success: true
        case .failure(let error): (error as? DPoPClientError)?.isVerdict ?? false
        }
    }
}

extension DPoPClientError {
    /// Whether a server has spoken, so that it is a refusal and no failure of ours.
    fileprivate var isVerdict: Bool { response != nil }

    fileprivate var members: [(String, JSONOutput)] {
        var members: [(String, JSONOutput)] = [("error", .string(code.rawValue)), ("reason", .string(reason))]
        if let response { members.append(("status", .integer(response.status.code))) }
        if let serverError {
            members.append(("serverError", .string(serverError.code)))
            if let text = serverError.description { members.append(("serverErrorDescription", .string(text))) }
        }
        return members
    }
}

extension Read {
    static func maximumTime(_ text: String) throws -> Int {
        guard 1...5 ~= text.utf8.count, text.utf8.allSatisfy(ASCII.isDigit), let seconds = Int(text),
            1...86_400 ~= seconds
        else { throw ValidationError("expected whole seconds, 1 to 86400") }
        return seconds
    }

    static func requestURI(_ text: String) throws -> RequestURI {
        do { return try RequestURI(text) } catch {
            throw ValidationError("expected an http or https URI, this is \(error.reason)")
        }
    }
}
