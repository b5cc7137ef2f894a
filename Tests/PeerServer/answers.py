"""What the server answers at each of its paths."""

import base64
import json
import secrets
import time
from urllib.parse import parse_qs, urlsplit

from proofs import Refused

CLIENT, SECRET = "agent", "s3cret"


def respond(request, world, path, content, proofs, authorization):
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
    if path == "/token":
        return token(request, world, content, proofs, authorization)
    if path == "/.well-known/oauth-authorization-server":
        origin = f"http://{request.headers['Host']}"
        document = {"issuer": origin, "token_endpoint": origin + "/token",
                    "dpop_signing_alg_values_supported": ["ES256", "ES384", "ES512", "Ed25519"]}
        return request.answer(200, [("Content-Type", "application/json")], json.dumps(document).encode())
    if path == "/endless":
        with world.lock:
            world.endless += 1
            nonce = f"endless-{world.endless}"
        return challenge(request, "use_dpop_nonce", [("DPoP-Nonce", nonce)])
    if path == "/basic":
        fields = [("WWW-Authenticate", 'Basic realm="x"'), ("WWW-Authenticate", 'DPoP error="insufficient_scope"')]
        return request.answer(401, fields, b"no entry")
    if path == "/two-nonces":
        return request.answer(200, [("DPoP-Nonce", "first"), ("DPoP-Nonce", query.get("second", "second"))])
    if path == "/cookie":
        return request.answer(200, [("Set-Cookie", "seen=yes")])
    if path == "/slow-error":
        # The head of a refusal, and never all of its body.
        request.send_response(401)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"{")
        request.wfile.flush()
        return time.sleep(60)
    if path == "/drip":
        # A byte now and then, so that it is never idle for long.
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b".")
            request.wfile.flush()
            time.sleep(0.2)
        return None
    if path == "/long-error":
        return request.answer(400, body=b"x" * int(query["bytes"]))
    if path.startswith("/resource") or path in ("/echo", "/big", "/hold", "/redirect", "/loop") or path == "//resource":
        return resource(request, world, path, content, proofs, authorization, query)
    request.answer(200, body=b"anybody may read this")


def token(request, world, content, proofs, authorization):
    """Client credentials, with client_secret_basic or for a public client."""
    nonces = world.nonces["as"]
    try:
        jkt = world.proofs.verify(proofs, request.command, targets(request, "/token"), world.now(), nonces)
    except Refused as refused:
        fields = [("DPoP-Nonce", nonces.current())] if refused.error == "use_dpop_nonce" else []
        return request.answer(400, fields, json.dumps({"error": refused.error}).encode())
    form = parse_qs(content.decode())
    basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    is_client = authorization == [basic] or (not authorization and form.get("client_id") == ["public"])
    if not is_client or form.get("grant_type") != ["client_credentials"]:
        return request.answer(400, body=json.dumps({"error": "invalid_client"}).encode())
    text = secrets.token_urlsafe(24)
    with world.lock:
        world.tokens[text] = jkt
    answer = {"access_token": text, "token_type": "DPoP", "expires_in": 600}
    request.answer(200, [("DPoP-Nonce", nonces.next()), ("Content-Type", "application/json")],
                   json.dumps(answer).encode())


def resource(request, world, path, content, proofs, authorization, query):
    nonces = world.nonces["rs"]
    scheme, _, text = authorization[0].partition(" ") if len(authorization) == 1 else ("", "", "")
    with world.lock:
        jkt = world.tokens.get(text)
    if scheme != "DPoP" or jkt is None:
        return challenge(request, "invalid_token", [])
    try:
        world.proofs.verify(proofs, request.command, targets(request, path), world.now(), nonces, text, jkt)
    except Refused as refused:
        request.entry["why"] = str(refused)
        fields = [("DPoP-Nonce", nonces.current())] if refused.error == "use_dpop_nonce" else []
        return challenge(request, refused.error, fields)
    fields = [("DPoP-Nonce", nonces.next())]
    if path == "/redirect":
        fields.append(("Location", query["to"]))
        return request.answer(int(query["code"]), fields, b"elsewhere")
    if path == "/loop":
        return request.answer(302, fields + [("Location", "/loop")])
    if path == "/hold":
        return time.sleep(60)
    if path == "/big":
        return big(request, int(query["bytes"]), fields)
    if path == "/echo":
        return request.answer(200, fields, content)
    request.answer(200, fields, json.dumps({"method": request.command, "bytes": len(content)}).encode())


def big(request, size, fields):
    """A long answer without Content-Length."""
    request.entry["status"] = 200
    request.send_response(200)
    for name, value in fields + [("Transfer-Encoding", "chunked")]:
        request.send_header(name, value)
    request.end_headers()
    for start in range(0, size, 65536):
        part = b"x" * min(65536, size - start)
        request.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        request.entry["written"] = start + len(part)
    request.wfile.write(b"0\r\n\r\n")


def targets(request, path):
    """How `htu` may be spelled: with the path as it came."""
    origin = request.server.origin
    return [origin + path, origin.replace("127.0.0.1", "localhost") + path]


def challenge(request, error, fields):
    value = f'DPoP algs="ES256 ES384", error="{error}"'
    request.answer(401, fields + [("WWW-Authenticate", 'Bearer realm="x"'), ("WWW-Authenticate", value)],
                   b"a proof of another kind is needed")
