#!/usr/bin/env python3
"""Writes proof-vectors.json. Signatures differ from run to run; inputs and expectations do not."""

import os

import claims
import curve_points
import embedded_key
import framing
import header
import json_text
import signature
import store
import target
import tokens
from book import Book, resource

ABOUT = [
    "Proofs of possession (DPoP, RFC 9449), the request that each is judged against, and the verdict that is due.",
    "Each vector is judged on its own, with an empty replay store that has no start, unless after or store says otherwise.",
    "id: the name. title: what it shows. attacks: numbers in Tests/attacks.md.",
    "proof: the value of the DPoP header; its octets are the UTF-8 of this string.",
    "method, url: the request that the server saw. now: the server's clock, in seconds since 1970.",
    "accessToken, jkt: the access token and the thumbprint it is bound to; both or neither (neither: a token request).",
    "nonce: the nonce that the server requires.",
    "policy: what differs from the default, which is preset default, maximumAge 60, maximumFuture 10, clockSkew 10 and",
    "the algorithms ES256 ES384 ES512 Ed25519 EdDSA PS256 PS384 PS512 RS256 RS384 RS512.",
    "policy preset: fapi2 allows PS256 ES256 EdDSA Ed25519; mcp has maximumAge 300 and maximumFuture 300.",
    "after: vectors to judge before this one, in this order, with this vector's replay store; they may be rejected too.",
    "store capacity: how many live entries it holds. store keyShare: how many live entries one key may hold.",
    "store unavailable: it never answers. store remembersSince: it was empty at that time, and proofs issued before that",
    "whole second are refused, unless a nonce is required.",
    "expect: accepted, with the thumbprint of the key; or rejected, with a code, the claim concerned or null, the error",
    "for the wire (null: a fault of the server, or HTTP 429 for tooManyProofs), and whether the signature was verified.",
    "twin: for a rejected vector, an accepted one that lacks just the defect.",
]


def add_plain(book):
    book.accept("plain", "A token request with ES256", [16])
    for alg, key in header.LEGAL.items():
        if alg != "ES256":
            book.accept("plain-" + alg.lower(), "A token request with " + alg, [34], key=key, alg=alg)
    book.accept("plain-resource", "A protected resource request", [87], **resource())
    book.accept("plain-nonce", "A token request with a required nonce", [160], nonce="n-0S6_WzA2Mj")
    book.accept("plain-mcp", "A token request under the policy for MCP", [82], policy={"preset": "mcp"})


def main():
    book = Book()
    add_plain(book)
    for group in (framing, json_text, header, embedded_key, curve_points, signature, claims, target, tokens, store):
        group.add(book)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "proof-vectors.json")
    book.write(path, ABOUT)
    print(len(book.vectors), "vectors")


if __name__ == "__main__":
    main()
