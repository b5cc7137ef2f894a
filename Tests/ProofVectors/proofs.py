"""One proof with the request that it is judged against, right in everything but what the caller changes."""

import hashlib

from encoding import base64url, write
from keys import KEYS

NOW = 1700000000
TOKEN_ENDPOINT = "https://server.example.com/token"
RESOURCE = "https://resource.example.org/protectedresource"
TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
JTI = "-BwC3ESc6acc2lTc"
NATURAL = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "Ed25519"}
GONE = object()  # as an override: leave this member out


def override(members, changes):
    merged = {**members, **(changes or {})}
    return {name: value for name, value in merged.items() if value is not GONE}


def token_hash(token):
    return base64url(hashlib.sha256(token.encode()).digest())


def case(key="ES256", alg=None, header=None, jwk=None, claims=None, header_text=None, payload_text=None, segments=None,
         signature=None, whole=None, method="POST", url=TOKEN_ENDPOINT, htu=None, token=None, jkt=None, nonce=None,
         now=NOW, **conditions):
    """The input members of a vector, and the thumbprint of the key that signed.

    `header`, `jwk` and `claims` override members; `header_text` and `payload_text` take the JSON text and give the
    one to use; `segments` changes the two encoded segments before they are signed; `signature` takes the signature,
    what was signed, and the key; `whole` changes the finished proof.
    """
    key = KEYS[key] if isinstance(key, str) else key
    alg = alg or NATURAL.get(key.crv, "PS256")
    own_header = override({"typ": "dpop+jwt", "alg": alg, "jwk": override(key.jwk, jwk)}, header)
    own_claims = {"jti": JTI, "htm": method, "htu": url if htu is None else htu, "iat": int(now)}
    if token is not None:
        own_claims["ath"] = token_hash(token)
    if nonce is not None:
        own_claims["nonce"] = nonce
    texts = []
    for members, change in ((own_header, header_text), (override(own_claims, claims), payload_text)):
        text = write(members)
        text = change(text) if change else text
        texts.append(base64url(text if isinstance(text, bytes) else text.encode()))
    if segments:
        texts = segments(*texts)
    signed = ".".join(texts)
    made = key.sign(alg, signed.encode("utf-8"))
    if signature:
        made = signature(made, signed.encode("utf-8"), key)
    proof = signed + "." + (made if isinstance(made, str) else base64url(made))
    made_case = {"proof": whole(proof) if whole else proof, "method": method, "url": url}
    if token is not None:
        made_case["accessToken"] = token
        made_case["jkt"] = jkt or key.thumbprint()
    if nonce is not None:
        made_case["nonce"] = nonce
    return {**made_case, "now": now, **conditions}, key.thumbprint()
