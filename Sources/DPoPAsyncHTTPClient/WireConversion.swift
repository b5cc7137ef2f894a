#if AsyncHTTPClient
    import AsyncHTTPClient
    import DPoPClient
    import HTTPTypes
    import NIOHTTP1

    #if canImport(FoundationEssentials)
        import FoundationEssentials
    #else
        import Foundation
    #endif

    extension HTTPClientRequest {
        /// What there is to sign, fields and all.
        ///
        /// Throws `malformedRequest` for another scheme than http and https, and for a method or fields that are none.
        func signable() throws(DPoPClientError) -> HTTPRequest {
            guard let url = URL(string: url), let method = HTTPRequest.Method(method.rawValue) else {
                throw DPoPClientError(.malformedRequest, "the request has no URL, or no method that is a token")
            }
            var request = try HTTPRequest(method: method, httpURL: url)
            for (name, value) in headers {
                guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else {
                    throw DPoPClientError(.malformedRequest, "a header field that is none")
                }
                request.headerFields.append(HTTPField(name: name, value: value))
            }
            return request
        }

        /// The same request with the target, the method and the fields of one that was signed; all else stays.
        func carrying(_ request: HTTPRequest, withBody: Bool) throws(DPoPClientError) -> HTTPClientRequest {
            var sent = self
            sent.url = try request.wireURL().absoluteString
            sent.method = HTTPMethod(rawValue: request.method.rawValue)
            // Host is the URL's, which the proof names.
            sent.headers = HTTPHeaders(
                request.headerFields.filter { $0.name.canonicalName != "host" }.map { ($0.name.rawName, $0.value) })
            if !withBody { sent.body = nil }
            return sent
        }
    }

    extension HTTPClientRequest.Body? {
        /// Whether it can be sent again because all its bytes are in it.
        ///
        /// AsyncHTTPClient knows and has no way to ask, so this looks at how the value is made; what it does not recognise
        /// counts as a stream.
        var isHeldWhole: Bool {
            guard let self else { return true }
            guard let mode = Mirror(reflecting: self).descendant("mode"),
                let form = Mirror(reflecting: mode).children.first
            else { return false }
            switch form.label {
            case "byteBuffer": return true
            case "sequence":
                return Mirror(reflecting: form.value).descendant("canBeConsumedMultipleTimes") as? Bool ?? false
            default: return false
            }
        }
    }

    extension HTTPClientResponse {
        /// Status and fields, each line for itself.
        var head: HTTPResponse {
            // Three digits, as the wire has it; the type holds more.
            var head = HTTPResponse(status: HTTPResponse.Status(code: Int(min(status.code, 999))))
            for (name, value) in headers {
                guard let name = HTTPField.Name(name) else { continue }
                head.headerFields.append(HTTPField(name: name, value: value))
            }
            return head
        }
    }
#endif
