/// Several observers as one, told in their order.
public struct DecisionObservers: DecisionObserver {
    private let observers: [any DecisionObserver]

    public init(_ observers: [any DecisionObserver]) { self.observers = observers }

    public func record(_ event: DecisionEvent) {
        for observer in observers { observer.record(event) }
    }
}
