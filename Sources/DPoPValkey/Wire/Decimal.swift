#if Valkey
    internal import DPoPCore

    /// Decimal numbers in their one spelling.
    enum Decimal {
        /// A number without leading zeros, `+` or `-0`; nil for anything else, and for what an `Int64` does not hold.
        static func read(_ text: some Collection<UInt8>) -> Int64? {
            let isNegative = text.first == UInt8(ascii: "-")
            let digits = text.dropFirst(isNegative ? 1 : 0)
            guard let first = digits.first else { return nil }
            guard first != UInt8(ascii: "0") || digits.count == 1 && !isNegative else { return nil }
            // Below zero, where there is room for one more.
            var value: Int64 = 0
            for digit in digits {
                guard ASCII.isDigit(digit) else { return nil }
                let (tens, isTooLow) = value.multipliedReportingOverflow(by: 10)
                let (sum, isBelow) = tens.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
                guard !isTooLow, !isBelow else { return nil }
                value = sum
            }
            if isNegative { return value }
            let (positive, isTooHigh) = Int64(0).subtractingReportingOverflow(value)
            return isTooHigh ? nil : positive
        }

        /// A number within bounds; nil for anything else.
        static func read(_ text: some Collection<UInt8>, in bounds: ClosedRange<Int64>) -> Int? {
            read(text).flatMap { bounds.contains($0) ? Int($0) : nil }
        }
    }
#endif
