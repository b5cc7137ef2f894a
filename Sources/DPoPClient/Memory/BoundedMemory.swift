/// A table of bounded size; what was used least recently gives way.
struct BoundedMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var entries: [Key: (value: Value, lastUse: UInt64)] = [:]
    private var uses: UInt64 = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { entries.count }

    /// The value, which counts as used.
    mutating func value(for key: Key) -> Value? {
        guard let index = entries.index(forKey: key) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].value
    }

    /// Changes a value, making it first if there is none; it counts as used. Who gives way to a new one is searched
    /// for, which costs a pass over the table.
    mutating func update<Result>(_ key: Key, default make: @autoclosure () -> Value, _ body: (inout Value) -> Result)
        -> Result
    {
        uses += 1
        if entries[key] == nil, entries.count >= capacity,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            entries[oldest.key] = nil
        }
        entries[key, default: (make(), 0)].lastUse = uses
        return body(&entries[key, default: (make(), uses)].value)
    }
}
