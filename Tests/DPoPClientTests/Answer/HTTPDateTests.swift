import Foundation
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct HTTPDateTests {
    static func seconds(_ lines: String...) -> Int64? {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: .date, value: line)) }
        return HTTPDate.seconds(in: HTTPResponse(status: .ok, headerFields: fields))
    }

    private static var formatter: DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter
    }

    @Test("dates are read as another implementation writes them, each day of four centuries and random ones")
    func twin() {
        let formatter = Self.formatter
        // 2000-01-01 to 2400-01-01 is a whole cycle of leap years.
        for day in stride(from: 10_957 as Int64, through: 10_957 + 146_097, by: 29) {
            let seconds = day * 86_400 + day % 86_400
            #expect(Self.seconds(formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))) == seconds)
        }
        var random = SeededGenerator(state: 1)
        for _ in 0..<2_000 {
            let seconds = Int64.random(in: 0...253_402_300_799, using: &random)
            #expect(Self.seconds(formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))) == seconds)
        }
    }

    @Test("known dates")
    func known() {
        #expect(Self.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(Self.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(Self.seconds("Tue, 29 Feb 2000 00:00:00 GMT") == 951_782_400)
        #expect(Self.seconds("Fri, 31 Dec 9999 23:59:59 GMT") == 253_402_300_799)
        #expect(Self.seconds("Sat, 31 Dec 2016 23:59:60 GMT") == 1_483_228_800)
    }

    @Test(
        "what is no date of that form, or of no day, is refused",
        arguments: [
            "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 UTC", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Wed, 31 Dec 1969 23:59:59 GMT",
            "Mon, 29 Feb 2100 00:00:00 GMT", "Thu, 29 Feb 2001 00:00:00 GMT", "Wed, 30 Feb 2000 00:00:00 GMT",
            "Sun, 31 Apr 2000 00:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Oct 2000 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "0", "-1",
        ])
    func refused(_ text: String) { #expect(Self.seconds(text) == nil) }

    @Test("one field line, no more")
    func lines() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(Self.seconds(date) != nil)
        #expect(Self.seconds(date, date) == nil)
        #expect(Self.seconds() == nil)
    }

    @Test("any byte in any place is read or refused")
    func mutations() {
        let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
        var read = 0
        for index in date.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = date
                bytes[index] = byte
                let value = HTTPDate.seconds(in: HTTPResponse(.ok, .date, bytes))
                if value != nil { read += 1 }
                if byte == date[index] { #expect(value == 784_111_777) }
            }
            // One byte less, and one twice.
            #expect(HTTPDate.seconds(in: HTTPResponse(.ok, .date, Array(date[..<index] + date[(index + 1)...]))) == nil)
            #expect(HTTPDate.seconds(in: HTTPResponse(.ok, .date, Array(date[...index] + date[index...]))) == nil)
        }
        // Each place as it was, and the other digits of hours (00 to 07, 09; 18), minutes and seconds and little else.
        #expect(read > date.count && read < date.count + 60)
    }
}
