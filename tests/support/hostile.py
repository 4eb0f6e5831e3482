"""Messages that were made to cost the reader something, or to slip past it."""

import struct

import msgpack
import numpy as np

from scratchgrad.grading.wire import encode
from scratchgrad.grading.wire.marks import Ext, Tag

MB = 1 << 20
MERSENNE = 2**61 - 1
MASK = 2**64 - 1


def message(body, contents=b""):
    return struct.pack("<I", len(body)) + body + contents


def pack(value):
    return msgpack.packb(value)


def ext(code, data):
    return pack(msgpack.ExtType(int(code), data))


def wrapped(tag, body):
    """A tag around packed content."""
    return b"\x81" + ext(tag, b"") + body


def array(code, shape, contents, width=0, order=0):
    head = struct.pack(f"<BIBB{len(shape)}Q", code, width, order, len(shape), *shape)
    return message(ext(Ext.ARRAY, head), contents)


def colliding_tuples(count):
    """Pairs of integers with one hash, worked out from CPython's tuple hash."""
    p1, p2, p5 = 11400714785074694791, 14029467366897019727, 2870177450012600261
    inverse, pairs, first = pow(p2, -1, 1 << 64), [], 0
    while len(pairs) < count:
        first += 1
        state = p5 + first * p2 & MASK
        state = (state << 31 | state >> 33) & MASK
        second = (0x1234567 - state * p1) * inverse & MASK
        if second < MERSENNE:
            pairs.append((first, second))
    assert len(set(map(hash, pairs[:1000]))) == 1
    return pairs


def list_of(bodies):
    return b"\xdd" + struct.pack(">I", len(bodies)) + b"".join(bodies)


def map_of(keys):
    return b"\xdf" + struct.pack(">I", len(keys)) + b"".join(k + b"\0" for k in keys)


def pair(key):
    return wrapped(Tag.TUPLE, pack(list(key)))


def generator(name, *words):
    words = [
        word
        if word < 1 << 64
        else msgpack.ExtType(int(Ext.INTEGER), word.to_bytes(word.bit_length() // 8 + 1, "little"))
        for word in words
    ]
    return message(wrapped(Tag.GENERATOR, pack([name, *words])))


BOOL, I1 = 0, 1  # DTYPES begin so
CODES = {
    "f8": encode(np.zeros(()))[7],
    "U": encode(np.array("x"))[7],
    "S": encode(np.array(b"x"))[7],
}

# name: message, or a function that makes it. All are refused.
REFUSED = {
    # 9: generators
    "MT19937 position": generator("MT19937", *[1] * 624, 625),
    "MT19937 position, huge": generator("MT19937", *[1] * 624, 2**40),
    "MT19937 position, negative": message(
        wrapped(Tag.GENERATOR, pack(["MT19937", *[1] * 624, -1]))
    ),
    "MT19937 all zero": generator("MT19937", *[0] * 624, 3),
    "MT19937 short key": generator("MT19937", *[1] * 623, 3),
    "PCG64 even increment": generator("PCG64", 1, 2, 0, 0),
    "PCG64 beyond 128 bits": generator("PCG64", 1 << 128, 1, 0, 0),
    "PCG64 has_uint32": generator("PCG64", 1, 1, 2, 0),
    "PCG64 uinteger": generator("PCG64", 1, 1, 1, 1 << 32),
    "PCG64 float": message(wrapped(Tag.GENERATOR, pack(["PCG64", 1.0, 1, 0, 0]))),
    "PCG64 bool": message(wrapped(Tag.GENERATOR, pack(["PCG64", True, 1, 0, 0]))),
    "Philox position": generator("Philox", *[1] * 10, 5, 0, 0),
    "SFC64 word": generator("SFC64", 1, 1, 1, 1 << 64, 0, 0),
    "another bit generator": generator("PCG64DXSM", 1, 1, 0, 0),
    "a name that is no text": message(wrapped(Tag.GENERATOR, pack([[], 1, 1, 0, 0]))),
    "no name": message(wrapped(Tag.GENERATOR, pack([]))),
    # 10: arrays
    "dtype by text": message(ext(Ext.ARRAY, b"O")),
    "dtype beyond the table": array(99, (1,), bytes(8)),
    "dtype object": array(255, (1,), bytes(8)),
    "order beyond the table": array(CODES["f8"], (1,), bytes(8), order=2),
    "number with a text width": array(CODES["f8"], (1,), bytes(8), width=8),
    "text without width": array(CODES["U"], (1 << 20,), b""),
    "bytes without width": array(CODES["S"], (1 << 20,), b""),
    "text too wide": array(CODES["U"], (1,), bytes(80_000), width=20_000),
    "too few bytes": array(CODES["f8"], (2,), bytes(15)),
    "too many bytes": array(CODES["f8"], (2,), bytes(17)),
    "bytes without an array": message(b"\x01", bytes(8)),
    "shape that overflows to zero": array(CODES["f8"], (1 << 32, 1 << 32), b""),
    "shape that overflows to eight": array(CODES["f8"], (1 << 63, 2, 1), bytes(8)),
    "too many elements": lambda: array(I1, (40 * MB,), bytes(40 * MB)),
    "shape of a terabyte": array(CODES["f8"], (1 << 37,), b""),
    "negative axis": array(CODES["f8"], (2**64 - 1,), bytes(8)),
    "zero axis beside a huge one": array(CODES["f8"], (0, 1 << 28), b""),
    "zero axis beside two large ones": array(CODES["f8"], (1 << 14, 0, 1 << 14), b""),
    "zero axis beside one that overflows": array(CODES["f8"], (0, 2**64 - 1), b""),
    "too many axes": array(CODES["f8"], (1,) * 65, bytes(8)),
    "fewer axes than announced": message(ext(Ext.ARRAY, b"\x09\0\0\0\0\x40"), b""),
    "header cut short": message(ext(Ext.ARRAY, b"\x09")),
    "a bool of 255": array(BOOL, (1,), b"\xff"),
    "a bool scalar of 2": message(ext(Ext.SCALAR, b"\0\2")),
    "a scalar with bytes to spare": message(ext(Ext.SCALAR, bytes((CODES["f8"],)) + bytes(9))),
    "a character beyond Unicode": array(CODES["U"], (1,), b"\xff\xff\xff\xff", width=1),
    "one array that takes the bytes of another": message(
        list_of([ext(Ext.ARRAY, struct.pack("<BIBBQ", CODES["f8"], 0, 0, 1, n)) for n in (2, 1)]),
        bytes(16),
    ),
    # 10: keys
    "keys of colliding tuples": lambda: message(map_of(list(map(pair, colliding_tuples(50_000))))),
    "members that are colliding tuples": lambda: message(
        wrapped(Tag.SET, list_of(list(map(pair, colliding_tuples(50_000)))))
    ),
    "colliding tuples over many dicts": lambda: message(
        list_of([map_of(list(map(pair, colliding_tuples(1_000))))] * 50)
    ),
    "integer keys with one hash": lambda: message(
        map_of([ext(Ext.INTEGER, (i * MERSENNE).to_bytes(12, "little")) for i in range(100_000)])
    ),
    "tuple keys of integers with one hash": lambda: message(
        map_of(
            [
                pair([msgpack.ExtType(int(Ext.INTEGER), (i * MERSENNE).to_bytes(12, "little"))])
                for i in range(1, 1_500)
            ]
        )
    ),
    "floats and integers as keys": lambda: message(
        map_of([pack(i * (MERSENNE << i % 3) % 2**64) for i in range(100_000)])
    ),
    "a key twice": message(b"\x82\x01\x00\x01\x00"),
    "a key twice in disguise": message(b"\x82\x01\x00" + pack(1.0) + b"\x00"),
    "a key True and 1": message(b"\x82\x01\x00\xc3\x00"),
    "a member twice": message(wrapped(Tag.SET, pack([1, 1]))),
    "a list as key": message(b"\x81\x90\x00"),
    "a dict as key": message(b"\x81\x80\x00"),
    "a frozenset as key": message(b"\x81" + wrapped(Tag.FROZENSET, b"\x90") + b"\x00"),
    "a nested tuple as key": message(b"\x81" + pair([[1]]) + b"\x00"),
    "a tag beside a key": message(b"\x82" + ext(Tag.TUPLE, b"") + b"\x90\x01\x00"),
    "an array as key": message(
        b"\x81" + ext(Ext.ARRAY, struct.pack("<BIBB", CODES["f8"], 0, 0, 0)) + b"\0", bytes(8)
    ),
    "a list as member": message(wrapped(Tag.SET, pack([[]]))),
    # 10, 31: size, depth, count
    "nothing": b"",
    "no body": message(b""),
    "length only": b"\x01\0\0\0",
    "body longer than the message": b"\xff\xff\xff\xff\xc0",
    "body cut short": message(pack([1, 2, 3])[:-1]),
    "two values": message(b"\xc0\xc0"),
    "text of 200 MB that is not there": message(b"\xdb" + struct.pack(">I", 200 * MB)),
    "bytes of 4 GB that are not there": message(b"\xc6\xff\xff\xff\xff"),
    "text over the cap": lambda: message(pack("x" * (2 * MB))),
    "bytes over the cap": lambda: message(pack(bytes(2 * MB))),
    "NumPy text over the cap": lambda: message(ext(Ext.STR, bytes(2 * MB))),
    "list of 4 billion that are not there": message(b"\xdd\xff\xff\xff\xff"),
    "map of 4 billion that are not there": message(b"\xdf\xff\xff\xff\xff"),
    "lists in lists that each claim a million": lambda: message(
        b"\xdd\x00\x0f\x00\x00" * 1000 + bytes(2 * MB)
    ),
    "maps in maps that each claim a million": lambda: message(
        b"\xdf\x00\x0f\x00\x00\x01" * 1000 + bytes(2 * MB)
    ),
    "a million empty lists": lambda: message(list_of([b"\x90"] * MB)),
    "four million empty dicts": lambda: message(list_of([b"\x80"] * (4 * MB - 5))),
    "a million empty arrays": lambda: message(
        list_of([ext(Ext.ARRAY, struct.pack("<BIBBQ", 1, 0, 0, 1, 0))] * (4 * MB // 17)) * 2
    ),
    "list beside list beside list": lambda: message(
        (b"\xdd\x00\x07\x00\x00" + bytes(458751)) * 8 + b"\xc0"
    ),
    "a body of 60 MB": lambda: message(b"\xc6" + struct.pack(">I", 60 * MB) + bytes(60 * MB)),
    "a list of 30 million": lambda: message(
        list_of([b"\xcc\xff" * (30 * MB)]).replace(b"\0\0\0\1", struct.pack(">I", 30 * MB), 1)
    ),
    "a message of 65 MB": lambda: message(b"\xc0", bytes(65 * MB)),
    "nested 33 deep": message(b"\x91" * 33 + b"\xc0"),
    "nested 1,000 deep": message(b"\x91" * 1000 + b"\xc0"),
    "nested 4 million deep": lambda: message(b"\x91" * (4 * MB - 1) + b"\xc0"),
    "tuples nested 33 deep": message((b"\x81" + ext(Tag.TUPLE, b"") + b"\x91") * 33 + b"\xc0"),
    "dicts nested 33 deep": message(b"\x81\x01" * 33 + b"\xc0"),
    "integer of a megabyte": lambda: message(ext(Ext.INTEGER, b"\x01" * MB)),
    "range that never ends": message(wrapped(Tag.RANGE, pack([0, 2**62, 1]))),
    "range beyond 64 bits": message(
        wrapped(Tag.RANGE, pack([0, msgpack.ExtType(int(Ext.INTEGER), b"\x7f" * 1000), 1]))
    ),
    "range without step": message(wrapped(Tag.RANGE, pack([0, 1, 0]))),
    "range of bools": message(wrapped(Tag.RANGE, pack([False, True, True]))),
    # 13, 31: other kinds
    "msgpack's timestamp": message(pack(msgpack.Timestamp(1))),
    "unknown extension": message(ext(77, b"x")),
    "extension -2": message(b"\xc7\x16\xfecos\nsystem\n(S'id'\ntR."),
    "a pickle": b"\x80\x04\x95\x17\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94",
    "a bare tag": message(ext(Tag.TUPLE, b"")),
    "a bare tag in a list": message(b"\x91" + ext(Tag.SET, b"")),
    "a tag around text": message(wrapped(Tag.TUPLE, pack("abc"))),
    "a tag around a timestamp": message(wrapped(Tag.SET, pack(msgpack.Timestamp(1)))),
    "a timestamp as key": message(b"\x81" + pack(msgpack.Timestamp(1)) + b"\0"),
    "a tag with data": message(wrapped(Tag.TUPLE, b"\x90").replace(b"\xc7\0", b"\xc7\1x", 1)),
    "an exception beyond the table": message(wrapped(Tag.EXCEPTION, pack([200, "x"]))),
    "an exception by name": message(wrapped(Tag.EXCEPTION, pack(["SystemExit", "x"]))),
    "an exception at -1": message(wrapped(Tag.EXCEPTION, pack([-1, "x"]))),
    "an exception with a long text": message(wrapped(Tag.EXCEPTION, pack([0, "x" * 10_001]))),
    "an exception with two texts": message(wrapped(Tag.EXCEPTION, pack([0, "x", "y"]))),
    "an exception without a number": message(wrapped(Tag.EXCEPTION, pack([]))),
    "an exception with an object": message(wrapped(Tag.EXCEPTION, pack([0, [1]]))),
    "a constant beyond the table": message(ext(Ext.CONSTANT, b"\xff")),
    "a fraction over 0": message(wrapped(Tag.EXACT, pack([0, 1, 0]))),
    "a fraction of floats": message(wrapped(Tag.EXACT, pack([0, 1.0, 2]))),
    "a decimal of gigabytes": message(wrapped(Tag.EXACT, pack([1, "1E+999999999"]))),
    "a decimal that signals": message(wrapped(Tag.EXACT, pack([1, "sNaN"]))),
    "a decimal of other digits": message(wrapped(Tag.EXACT, pack([1, "\u0663"]))),
    "a decimal without text": message(wrapped(Tag.EXACT, pack([1]))),
    "a day that is none": message(wrapped(Tag.EXACT, pack([2, 2023, 2, 30]))),
    "a year of bool": message(wrapped(Tag.EXACT, pack([2, True, 1, 1]))),
    "a span beyond all time": message(wrapped(Tag.EXACT, pack([5, 10**12, 0, 0]))),
    "an exact value beyond the table": message(wrapped(Tag.EXACT, pack([6, 1, 1, 1]))),
    "an exact value at -1": message(wrapped(Tag.EXACT, pack([-1, 1, 1]))),
    "an exact value of nothing": message(wrapped(Tag.EXACT, pack([]))),
    "a special class from the sandbox": message(wrapped(Tag.DRESSED, pack(["deque", [1]]))),
    "a slice of lists": message(wrapped(Tag.SLICE, pack([[], None, None]))),
    "a slice of two": message(wrapped(Tag.SLICE, pack([1, 2]))),
    "a handle of 7 bytes": message(ext(Ext.HANDLE, bytes(7))),
    "a handle without a number": message(ext(Ext.HANDLE, b"")),
    "text that is not UTF-8": message(b"\xa1\xff"),
    "NumPy text that is not UTF-8": message(ext(Ext.STR, b"\xff")),
    "a byte that msgpack never uses": message(b"\xc1"),
}

# Not refused, and to be cheap all the same: as near to the caps as it goes.
ACCEPTED = {
    "2,000 colliding tuples as keys": lambda: message(
        map_of(list(map(pair, colliding_tuples(2_000))))
    ),
    "10,000 integers as keys": lambda: message(map_of([pack(i << 40) for i in range(10_000)])),
    "499,990 empty lists": lambda: message(list_of([b"\x90"] * 499_990)),
    "499,990 empty dicts": lambda: message(list_of([b"\x80"] * 499_990)),
    "wide text": lambda: message(list_of([pack("x" * (MB - 9) + "\U0001f600")] * 3)),
    "30 MB of array": lambda: array(I1, (30 * MB,), bytes(30 * MB)),
}
