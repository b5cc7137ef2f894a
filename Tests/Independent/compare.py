#!/usr/bin/env python3
"""Compares labels with results line by line: verdict and code must be the same.

usage: compare.py LABELS.jsonl RESULTS.jsonl
"""

import itertools
import json
import sys
from collections import Counter

SHOWN = 20


def lines(path):
    with open(path, encoding="utf-8") as file:
        # Not splitlines(): strings may hold other line separators.
        for text in file.read().split("\n"):
            if text:
                yield json.loads(text)


def essence(line):
    return line and (line.get("id"), line.get("verdict"), line.get("code"))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    differences, verdicts, codes, total = 0, Counter(), Counter(), 0
    for number, (label, result) in enumerate(itertools.zip_longest(lines(sys.argv[1]), lines(sys.argv[2])), 1):
        total += 1
        if label:
            verdicts[label["verdict"]] += 1
            codes[label.get("code")] += 1
        if essence(label) != essence(result):
            differences += 1
            if differences <= SHOWN:
                print("line %d\n  label  %s\n  result %s" %
                      (number, label and json.dumps(label), result and json.dumps(result)))
    codes.pop(None, None)
    counts = ", ".join("%s %d" % item for item in verdicts.most_common() + codes.most_common())
    print("%d lines, %d differences; %s" % (total, differences, counts))
    sys.exit(1 if differences or not total else 0)


if __name__ == "__main__":
    main()
