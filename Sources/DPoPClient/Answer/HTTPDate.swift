import DPoPCore
import HTTPTypes

/// The Date of an answer (RFC 9110 §5.6.7, §6.6.1).
enum HTTPDate {
    /// In seconds since 1970; nil without one field line that is an IMF-fixdate, the one form that senders may use, of
    /// a day that there is and by its name.
    static func seconds(in response: HTTPResponse) -> Int64? {
        let lines = response.headerFields[fields: .date]
        guard let line = lines.first, lines.count == 1 else { return nil }
        return seconds(Array(line.value.utf8))
    }

    /// "Sun, 06 Nov 1994 08:49:37 GMT", always 29 bytes.
    private static func seconds(_ text: [UInt8]) -> Int64? {
        guard text.count == 29, text[3...4].elementsEqual(", ".utf8), text[25...].elementsEqual(" GMT".utf8),
            [7, 11, 16].allSatisfy({ text[$0] == UInt8(ascii: " ") }),
            [19, 22].allSatisfy({ text[$0] == UInt8(ascii: ":") }),
            let month = months.firstIndex(where: { text[8...10].elementsEqual($0.utf8) }),
            let day = number(text[5...6]), let year = number(text[12...15]), let hour = number(text[17...18]),
            let minute = number(text[20...21]), let second = number(text[23...24]),
            1...length(ofMonth: month, year) ~= day, year >= 1970, hour < 24, minute < 60, second <= 60
        else { return nil }
        let date = days(year: year, month: Int64(month) + 1, day: day)
        guard text[0...2].elementsEqual(weekdays[Int(date % 7)].utf8) else { return nil }
        return date * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// From the one of 1970-01-01 on.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        digits.allSatisfy(ASCII.isDigit) ? digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) } : nil
    }

    private static func length(ofMonth month: Int, _ year: Int64) -> Int64 {
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 1 ? (isLeapYear ? 29 : 28) : [3, 5, 8, 10].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day comes last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let years = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468
    }
}
