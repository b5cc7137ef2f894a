import Foundation

@testable import DPoPCore

/// A round of every algorithm whose verdicts are known, for child processes in odd circumstances.
enum WireWorkout {
    /// Signs and verifies with each algorithm; true if every verdict is right.
    static func allVerdictsRight() -> Bool {
        SigningAlgorithm.allCases.allSatisfy { algorithm in
            guard let wire = try? WireProof(algorithm), let proof = try? wire.compact(),
                let other = try? wire.compact(payload: WireProof.claims + " ")
            else { return false }
            let signature = other.split(separator: ".")[2]
            let wrong = proof.split(separator: ".").dropLast().joined(separator: ".") + "." + signature
            return verdict(proof) == nil && verdict(wrong) == .badSignature
        }
    }

    /// The code that a proof is refused with by reading and by its signature; nil if it is good.
    static func verdict(_ proof: String) -> ProofRejection.Code? {
        wireCode { () throws(ProofRejection) in try DecodedProof(decoding: proof).verifySignature() }
    }

    /// Runs `body` on so many threads that start together; true if all say so.
    static func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Bool) -> Bool {
        let (gate, finished, lock) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), NSLock())
        let good = Counter()
        for index in 0..<count {
            Thread {
                gate.wait()
                let right = body(index)
                lock.withLock { good.value += right ? 1 : 0 }
                finished.signal()
            }.start()
        }
        for _ in 0..<count { gate.signal() }
        for _ in 0..<count { finished.wait() }
        return lock.withLock { good.value } == count
    }

    // Only ever touched under the lock beside it.
    private final class Counter: @unchecked Sendable { var value = 0 }
}
