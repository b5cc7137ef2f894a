"""JSON as RFC 8259 has it and no wider: one object, no duplicate names, bounded depth, valid Unicode."""

import json

MAXIMUM_DEPTH = 16


class Number(str):
    """A number as it was spelt: nothing here needs more than its digits."""


def _object(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member appears twice")
    return members


def _refuse(name):
    raise ValueError(name + " is not JSON")


def depth(text):
    """The deepest nesting of brackets outside strings, before any parser recurses."""
    level = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def loads(data):
    """The object in these octets, or ValueError."""
    text = data.decode("utf-8")
    if depth(text) > MAXIMUM_DEPTH:
        raise ValueError("too deep")
    value = json.loads(text, object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=_refuse)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    # A lone surrogate escape becomes a character that has no UTF-8.
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value
