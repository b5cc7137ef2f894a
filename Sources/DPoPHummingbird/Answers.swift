#if Hummingbird
    public import DPoPServer
    import HTTPTypes
    public import Hummingbird

    /// A denial that a route throws is the answer.
    extension Denial: HTTPResponseError {
        public func response(from request: Request, context: some RequestContext) -> Response { response(to: request) }

        /// Without its body where the request is HEAD, since the next answer's head would be taken for it.
        func response(to request: Request) -> Response {
            let response = Response(
                status: status, headers: headerFields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    /// The error with fields for its answer, where it is one that says what to answer. Another stays as it is: whoever
    /// is to answer for it must know it.
    func adding(_ fields: HTTPFields, to error: any Error) -> any Error {
        switch error {
        case var error as HTTPError:
            error.headers.merge(fields)
            return error
        case let error as any HTTPResponseError: return ErrorWithFields(error: error, fields: fields)
        default: return error
        }
    }

    /// An error whose answer gets some fields more.
    private struct ErrorWithFields: HTTPResponseError, CustomStringConvertible {
        let error: any HTTPResponseError
        let fields: HTTPFields

        var status: HTTPResponse.Status { error.status }
        var description: String { "\(error)" }

        func response(from request: Request, context: some RequestContext) throws -> Response {
            var response = try error.response(from: request, context: context)
            response.headers.merge(fields)
            return response
        }
    }

    extension HTTPFields {
        /// Adds fields in place of those of the same names, beside them where a field is a list that both fill. A
        /// route's Cache-Control must not let an answer with a nonce be stored (RFC 9449 §8.2).
        mutating func merge(_ fields: HTTPFields) {
            for field in fields where field.name != .vary && field.name != .accessControlExposeHeaders {
                self[field.name] = nil
            }
            append(contentsOf: fields)
        }
    }
#endif
