"""Spellings: base64url, integers as octets, and JSON text with any flaw that a vector needs."""

import base64
import json


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def octets(number, width=None):
    """Big-endian, as short as it goes unless a width is given."""
    return number.to_bytes(width or max(1, (number.bit_length() + 7) // 8), "big")


class Raw(str):
    """JSON text that is written as it stands."""


class Members(list):
    """An object as (name, value) pairs: any order, any number of times. A Raw name is written as it stands."""


def write(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        value = Members(value.items())
    if isinstance(value, Members):
        return "{" + ",".join(write(name) + ":" + write(inner) for name, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)
