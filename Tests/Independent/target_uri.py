"""RFC 3986 normalisation (6.2.2, 6.2.3) of http and https URIs without query and fragment, and what is refused."""

import ipaddress
import re

MAXIMUM_BYTES = 4096
DEFAULT_PORT = {"http": 80, "https": 443}
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
ESCAPE = r"%[0-9A-Fa-f]{2}"
URI = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://"
                 r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9\-._~!$&'()*+,;=]+))"
                 r"(?::(?P<port>[0-9]*))?"
                 # Wider than the grammar: printable ASCII that a path may not hold is compared as it stands.
                 r"(?P<path>(?:/(?:[\x21\x22\x24\x26-\x3E\x40-\x5B\x5D-\x7E]|%s)*)?)"
                 r"(?:[?#][\x21-\x7E]*)?" % ESCAPE)


def normalise(text):
    """A tuple that is equal for equal targets, or ValueError."""
    if len(text.encode("utf-8")) > MAXIMUM_BYTES:
        raise ValueError("too long")
    match = URI.fullmatch(text)
    if not match:
        raise ValueError("not an absolute URI that is acceptable here")
    scheme = match["scheme"].lower()
    if scheme not in DEFAULT_PORT:
        raise ValueError("not http or https")
    if match["ipv6"]:
        host = ipaddress.IPv6Address(match["ipv6"]).packed
    else:
        host = match["host"].lower()
    return scheme, host, _port(match["port"], DEFAULT_PORT[scheme]), _path(match["path"])


def _port(text, default):
    if not text:
        return default
    if text[0] == "0" or int(text) > 65535:
        raise ValueError("not a port")
    return int(text)


def _path(text):
    def unescape(match):
        character = chr(int(match[0][1:], 16))
        return character if character in UNRESERVED else match[0].upper()

    return _without_dots(re.sub(ESCAPE, unescape, text)) or "/"


def _without_dots(path):
    """RFC 3986 5.2.4, for a path that is empty or begins with a slash."""
    kept = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
        if last and segment in (".", ".."):
            kept.append("")
    return "".join("/" + segment for segment in kept)
