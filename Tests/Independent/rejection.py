"""Why a proof is refused, and what follows from it for the wire."""

SERVER_FAULTS = ("replayStoreFull", "replayStoreUnavailable", "tooManyProofs")
NONCE_ERRORS = ("nonceMissing", "nonceInvalid")
AT_THE_STORE = ("issuedBeforeStart", "replayed") + SERVER_FAULTS


class Rejected(Exception):
    def __init__(self, code, claim=None, asks_for_nonce=False):
        super().__init__(code)
        self.code, self.claim = code, claim
        self.signature_verified = code in AT_THE_STORE
        if code in SERVER_FAULTS:
            self.error = None
        elif code in NONCE_ERRORS or asks_for_nonce:
            self.error = "use_dpop_nonce"
        else:
            self.error = "invalid_token" if code == "keyBindingMismatch" else "invalid_dpop_proof"
