"""What marks, on the wire, the values that msgpack does not know."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from msgpack import ExtType

LENGTH = struct.Struct("<I")  # of the body, before it
NUMBER = struct.Struct("<Q")
COMPLEX = struct.Struct("<dd")


@dataclass(frozen=True, slots=True)
class Handle:
    """An object that stays with the sender."""

    number: int


@dataclass(frozen=True, slots=True)
class Callback:
    """A function that stays with the sender."""

    number: int


@dataclass(frozen=True, slots=True)
class Returned:
    """An object or function of the receiver, which sent this number before."""

    number: int


@dataclass(frozen=True, slots=True)
class Dressed:
    """A value of a special class, told by the trusted side only."""

    name: str
    content: list


class Tag(IntEnum):
    """Kinds that wrap other values.

    A tag stands as the only key of a map around a list: unlike an extension
    within an extension, this copies nothing and keeps to one parser.
    """

    TUPLE = 0
    SET = 1
    FROZENSET = 2
    SLICE = 3
    RANGE = 4
    EXCEPTION = 5
    GENERATOR = 6
    EXACT = 7
    DRESSED = 8


class Ext(IntEnum):
    """Kinds that are bytes."""

    ARRAY = 16
    SCALAR = 17
    STR = 18
    BYTES = 19
    COMPLEX = 20
    INTEGER = 21
    CONSTANT = 22
    DTYPE = 23
    HANDLE = 24
    CALLBACK = 25
    RETURNED = 26


NUMBERED = {Handle: Ext.HANDLE, Callback: Ext.CALLBACK, Returned: Ext.RETURNED}


def extension(code, content):
    """An extension for the packer; as `ExtType` makes it, but for its checks of what is ours."""
    return tuple.__new__(ExtType, (code, content))


def wrap(tag, content):
    """A list of values with a tag around it, for the packer."""
    return {_KEYS[tag]: content}


_KEYS = {tag: ExtType(int(tag), b"") for tag in Tag}
