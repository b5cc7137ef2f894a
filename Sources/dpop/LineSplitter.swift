/// Cuts a stream of chunks into lines, in bounded memory however long the stream and its lines are.
struct LineSplitter {
    enum Line: Equatable {
        /// Without its "\n".
        case whole(ArraySlice<UInt8>)
        /// More bytes than the limit; they were passed over.
        case tooLong
    }

    /// The bytes that a line may have.
    let limit: Int

    private var start: [UInt8] = []
    private var isPassingOver = false

    init(limit: Int) { self.limit = limit }

    /// Takes the next chunk and gives the lines that end in it.
    mutating func feed(_ chunk: [UInt8], _ body: (Line) throws -> Void) rethrows {
        var rest = chunk[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let end = rest[..<newline]
            rest = rest[(newline + 1)...]
            if isPassingOver || start.count + end.count > limit {
                isPassingOver = false
                start.removeAll(keepingCapacity: true)
                try body(.tooLong)
            } else if start.isEmpty {
                try body(.whole(end))
            } else {
                start.append(contentsOf: end)
                try body(.whole(start[...]))
                start.removeAll(keepingCapacity: true)
            }
        }
        guard !isPassingOver else { return }
        if start.count + rest.count > limit {
            isPassingOver = true
            start.removeAll(keepingCapacity: true)
        } else {
            start.append(contentsOf: rest)
        }
    }

    /// Gives what follows the last newline, unless it is blank.
    mutating func finish(_ body: (Line) throws -> Void) rethrows {
        let isBlank = start.allSatisfy {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
        }
        if isPassingOver {
            try body(.tooLong)
        } else if !isBlank {
            try body(.whole(start[...]))
        }
        start = []
        isPassingOver = false
    }
}
