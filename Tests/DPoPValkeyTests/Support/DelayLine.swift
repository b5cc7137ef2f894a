#if Valkey
    import NIOCore
    import NIOPosix

    /// What is passed on later, in the order in which it came.
    struct DelayLine<Element> {
        private var elements: [(due: NIODeadline, element: Element)] = []

        var isEmpty: Bool { elements.isEmpty }

        /// When the first is due; nil if there is none.
        var nextDue: NIODeadline? { elements.first?.due }

        /// Never due before what came before it.
        mutating func append(_ element: Element, after delay: Duration) {
            let due = NIODeadline.now() + TimeAmount(delay)
            elements.append((max(due, elements.last?.due ?? due), element))
        }

        /// The first, if it is due.
        mutating func popDue() -> Element? {
            guard let first = elements.first, first.due <= .now() else { return nil }
            return elements.removeFirst().element
        }

        mutating func removeAll() { elements = [] }
    }

    /// Where the kit's own servers run.
    let kitLoops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
#endif
