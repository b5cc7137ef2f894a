#!/usr/bin/env python3
"""Writes a batch for `dpop verify --batch`, and beside it what the independent verifier says of each line.

usage: corpus.py OUT.jsonl LABELS.jsonl [--count 10000] [--seed 1]
"""

import argparse
import copy
import json
import os
import random
import sys

# The builder of the proof vectors makes the proofs; the verifier beside this file does not know it.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ProofVectors"))

import defects
from encoding import base64url
from good_lines import Spec, key_pool, random_url, respell
from rejection import Rejected
from spelling import spell_object
from verifier import Memory, Policy, verify

UNREADABLE = ("x", "[]", "null", "1", '"a"', "{", "{}", '{"id":"a"}', "{'id':1}",
              '{"id":"a","proof":"b","method":"GET"}', '{"proof":"a.b.c","method":"GET","url":"https://a/"}',
              '{"id":"a","proof":5,"method":"GET","url":"https://a/"}',
              '{"id":"a","proof":"b","method":null,"url":"https://a/"}',
              '{"id":"a","proof":"b","method":"GET","url":"https://a/"')


def finish(rng, spec, damage=None):
    """Spells and signs; `damage` says where the defect goes."""
    texts = [spell_object(rng, members).encode("utf-8") for members in (spec.header, spec.claims)]
    if damage == "text":
        place = rng.randrange(2)
        texts[place] = defects.damage_text(rng, texts[place])
    signed = ".".join(map(base64url, texts))
    return signed + "." + base64url(spec.key.sign(spec.alg, signed.encode()))


class Corpus:
    def __init__(self, seed):
        self.seed, self.rng = seed, random.Random(seed)
        self.pool = key_pool(self.rng)
        self.earlier = []

    def line(self, number):
        # One generator per line: signatures differ from run to run, and what follows from that must not spread.
        rng = self.rng = random.Random("%d/%d" % (self.seed, number))
        kind = rng.random()
        if kind < 0.01:
            return rng.choice(UNREADABLE)
        if kind < 0.06 and self.earlier:
            return self.replay(number)
        spec = Spec(rng, self.pool, number)
        if kind < 0.5:
            return self.keep(spec, finish(rng, spec))
        damage = rng.choice(("spec", "spec", "spec", "text", "proof", "proof", "line"))
        if damage == "spec":
            for _ in range(rng.choice((1, 1, 1, 2))):
                spec = self.damaged(spec)
        proof = finish(rng, spec, damage)
        if damage == "proof":
            proof = defects.damage_proof(rng, proof, spec)
        elif damage == "line":
            defects.damage_line(rng, spec.line, random_url(rng))
        return self.keep(spec, proof)

    def damaged(self, spec):
        """The spec with one more defect; a second one may find nothing left to damage."""
        changed = copy.copy(spec)
        changed.jwk, changed.claims, changed.line = dict(spec.jwk), dict(spec.claims), dict(spec.line)
        changed.header = {name: changed.jwk if value is spec.jwk else value for name, value in spec.header.items()}
        try:
            self.rng.choice(defects.SPEC)(self.rng, changed)
            return changed
        except (IndexError, KeyError, TypeError, AttributeError, ValueError):
            return spec

    def keep(self, spec, proof):
        line = {**spec.line, "proof": proof}
        if self.rng.random() < 0.3:
            self.earlier = self.earlier[-200:] + [(spec, line)]
        return json.dumps(line, ensure_ascii=self.rng.random() < 0.5)

    def replay(self, number):
        """An earlier proof again: as it was, later, in another spelling, signed again, or with a second signature."""
        rng = self.rng
        spec, line = rng.choice(self.earlier)
        line = {**line, "id": "line-%06d" % number}
        kind = rng.randrange(5)
        if kind == 0:
            line["now"] = line["now"] + rng.choice((1, 5, 59, 60, 61, 70, 71))
        elif kind == 1:
            line["url"] = respell(rng, line["url"])
        elif kind == 2:
            line["proof"] = finish(rng, spec)
        elif kind == 3:
            change = defects.damage_proof if rng.random() < 0.3 else lambda rng, *rest: defects.negate_s(*rest)
            try:
                line["proof"] = change(rng, line["proof"], spec)
            except ValueError:
                pass  # The earlier proof was damaged already, and can not be taken apart.
        return json.dumps(line)


def read(text):
    """The members of one line, or nothing if it is not such an object."""
    try:
        line = json.loads(text)
    except ValueError:
        return None
    if not isinstance(line, dict) or any(not isinstance(line.get(name), str)
                                         for name in ("id", "proof", "method", "url")):
        return None
    return line


def judge(text, memory):
    line = read(text)
    if line is None:
        return {"id": None, "verdict": "unreadable"}
    policy = Policy(algorithms=line.get("algorithms"), maximumAge=line.get("maxAge"),
                    maximumFuture=line.get("maxFuture"))
    try:
        verify(line["proof"], line["method"], line["url"], line["now"], memory, policy, line.get("accessToken"),
               line.get("jkt"), line.get("nonce"))
        return {"id": line["id"], "verdict": "accepted", "code": None}
    except Rejected as rejection:
        return {"id": line["id"], "verdict": "rejected", "code": rejection.code}


def main():
    arguments = argparse.ArgumentParser(description="A batch of good and bad proofs, and its labels.")
    arguments.add_argument("out")
    arguments.add_argument("labels")
    arguments.add_argument("--count", type=int, default=10000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    corpus, memory = Corpus(options.seed), Memory()
    with open(options.out, "w", encoding="utf-8") as out, open(options.labels, "w", encoding="utf-8") as labels:
        for number in range(options.count):
            text = corpus.line(number)
            out.write(text + "\n")
            labels.write(json.dumps(judge(text, memory)) + "\n")


if __name__ == "__main__":
    main()
