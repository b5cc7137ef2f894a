"""JSON text in any of the ways that a client may write it."""

import json

from encoding import Raw

SPACES = ("", "", "", " ", "\n", "\t", "\r\n", "  ")


def spell_string(rng, text, liberty):
    spelt = json.dumps(text, ensure_ascii=rng.random() < 0.5)[1:-1]
    if rng.random() >= liberty or "\\" in spelt:
        return '"' + spelt + '"'
    return '"' + "".join(
        "\\u%04x" % ord(c) if ord(c) < 0x80 and rng.random() < 0.1 else "\\/" if c == "/" and rng.random() < 0.3 else c
        for c in spelt) + '"'


def spell(rng, value, liberty):
    """`liberty` is how likely each freedom is taken: 0 gives the shortest text in the given order."""
    space = lambda: rng.choice(SPACES) if rng.random() < liberty else ""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        items = list(value.items())
        if rng.random() < liberty:
            rng.shuffle(items)
        inner = ",".join(space() + spell_string(rng, name, liberty) + space() + ":" + space() +
                         spell(rng, one, liberty) + space() for name, one in items)
        return "{" + (inner or space()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(space() + spell(rng, one, liberty) + space() for one in value) + "]"
    if isinstance(value, str):
        return spell_string(rng, value, liberty)
    return json.dumps(value)


def spell_object(rng, value):
    liberty = rng.choice((0, 0, 0.3, 0.8))
    outer = lambda: rng.choice(SPACES) if rng.random() < liberty else ""
    return outer() + spell(rng, value, liberty) + outer()
