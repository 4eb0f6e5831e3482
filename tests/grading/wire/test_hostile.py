"""Hostile messages are refused, at a bounded price in memory and time."""

import datetime
import random
import struct
from decimal import Decimal
from fractions import Fraction

import msgpack
import numpy as np
import pytest

import hostile
from forked import MB, forked
from hostile import ACCEPTED, REFUSED
from scratchgrad.grading.wire import Handle, WireError, decode, encode
from scratchgrad.grading.wire.marks import Tag
from scratchgrad.grading.wire.values import CONSTANTS, DTYPES, EXCEPTIONS

# Bytes that mean something to msgpack.
TELLING = b"\0\1\x7f\x80\x81\x90\x91\xc0\xc1\xc4\xc7\xc9\xd4\xdc\xdd\xdf\xff"


def made(case):
    return case() if callable(case) else case


def outcome(message):
    """Text of the WireError, or None when the message was accepted."""
    try:
        decode(message)
    except WireError as error:
        return str(error)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    message = made(REFUSED[name])
    # Array contents cost themselves; a body, at most 4 MB of it, far more.
    memory = (len(message) + 128 * MB) if len(message) > MB // 2 else 24 * MB
    result, _ = forked(lambda: outcome(message), memory=memory)
    assert type(result) is str, result
    assert "MemoryError" not in result and "RecursionError" not in result


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name):
    message = made(ACCEPTED[name])
    result, _ = forked(lambda: outcome(message), memory=3 * len(message) + 160 * MB)
    assert result is None


def corpus():
    rng = np.random.default_rng(3)
    values = [
        ["call", 123456789, "sigmoid", (rng.random(7), 2.5), {"axis": -1, "out": None}],
        ["reply", 1, (rng.random((2, 3)), {"dW": rng.random((3, 2)), "db": rng.random(3)})],
        [
            np.random.Generator(kind(1))
            for kind in (np.random.PCG64, np.random.Philox, np.random.SFC64, np.random.MT19937)
        ],
        [Fraction(1, 3), Decimal("1.50"), datetime.datetime(2024, 2, 29, 1), datetime.timedelta(3)],
        [np.zeros((2, 0, 3), dtype) for dtype in DTYPES],
        [dtype.type(1) for dtype in DTYPES],
        [np.array(["ab", "c"]), np.array([b"ab"]), np.str_("x"), np.bytes_(b"y"), np.dtype("U3")],
        [kind("text") for kind in EXCEPTIONS],
        list(CONSTANTS),
        {1: {2, "a"}, (1, "b"): frozenset({None}), 2.5: slice(1, None), b"": range(3), "c": 1j},
        [Handle(1 << 63), 1 << 100, "\ud800", [[[[[[]]]]]], {"a": {"b": {"c": ()}}}],
    ]
    return [encode(value) for value in values] + [encode(v) for value in values for v in value]


def mutated(source, rng):
    """A valid message with a few changes; its body length mostly mended."""
    message = rng.choice(source)
    end = 4 + struct.unpack_from("<I", message)[0]
    body, contents = changed(message[4:end], source, rng), message[end:]
    if rng.random() < 0.2:
        contents = changed(contents, source, rng)
    size = len(body) if rng.random() < 0.9 else rng.randrange(1 << rng.randrange(1, 33))
    return struct.pack("<I", size) + body + contents


def changed(data, source, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at, change = rng.randrange(len(data) + 1), rng.randrange(12)
        if change < 3 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif change < 6 and at < len(data):
            data[at] = rng.choice(TELLING)
        elif change == 6:
            del data[at : at + rng.randrange(1, 9)]
        elif change == 7:
            data[at:at] = rng.randbytes(rng.randrange(1, 9))
        elif change == 8:
            data[at:at] = data[at : at + rng.randrange(40)] * rng.randrange(1, 5)
        elif change == 9:
            other = rng.choice(source)
            start = rng.randrange(len(other))
            data[at:at] = other[start : start + rng.randrange(60)]
        else:
            odd = struct.pack("<Q", rng.choice((0, 1, 2**16, 2**31, 2**32, 2**63)))
            data[at : at + 8] = odd[: rng.choice((1, 4, 8))]
    return bytes(data)


def grown(rng, depth=0):
    """A well-formed msgpack value of parts that may or may not make sense."""
    kind = rng.randrange(4 if depth < 6 else 2)
    if kind == 0:
        return msgpack.packb(
            rng.choice(
                (None, True, -1, 0, 1, 5, 2.5, "x", "PCG64", b"", 2**63, float("nan"), "\u1234")
            )
        )
    if kind == 1:
        size = rng.choice((0, 1, 2, 5, 6, 8, 9, 14, 16, 22))
        data = bytes(rng.choice((0, 0, 0, 1, 2, 9, rng.randrange(256))) for _ in range(size))
        return hostile.ext(rng.choice((*range(8), *range(15, 28))), data)
    count = rng.randrange(5)
    inside = [grown(rng, depth + 1) for _ in range(count * (kind - 1))]
    if kind == 2:
        body = bytes((0x90 | count,)) + b"".join(inside)
        return hostile.wrapped(rng.choice(list(Tag)), body) if rng.random() < 0.6 else body
    return bytes((0x80 | count,)) + b"".join(inside)


def noise(rng):
    body = rng.randbytes(rng.randrange(60))
    return struct.pack("<I", len(body)) + body if rng.random() < 0.9 else body


def fuzz(seed, count):
    rng, source = random.Random(seed), corpus()
    accepted = 0
    for number in range(count):
        message = (
            noise(rng),
            mutated(source, rng),
            mutated(source, rng),
            hostile.message(grown(rng), bytes(rng.choice((0, 0, 8)))),
        )[number % 4]
        try:
            value = decode(message)
        except WireError as error:
            assert "MemoryError" not in str(error), message
            continue
        repr(value)  # what came through is sound enough to be looked at
        encode(value)
        accepted += 1
    return accepted


@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_thousand_random_and_mutated_messages(seed):
    accepted, cost = forked(lambda: fuzz(seed, 25_000), memory=128 * MB, seconds=30)
    assert type(accepted) is int, accepted
    assert 2000 < accepted < 20_000
    assert cost["memory"] < 64 * MB
