"""Bytes to values, for bytes that may come from anyone."""

import numpy as np
from msgpack import Unpacker, unpackb

from .exact import EXACT, value_of
from .generators import GeneratorState
from .limits import CONTAINERS, DEFAULT_CAPS, KeyBudget, WireError, check_values
from .marks import (
    COMPLEX,
    LENGTH,
    NUMBER,
    NUMBERED,
    Callback,
    Dressed,
    Ext,
    Handle,
    Returned,
    Tag,
)  # fmt: skip
from .values import (
    CONSTANTS,
    DTYPE_CLASSES,
    EXCEPTIONS,
    SCALARS,
    entry,
    unpack_array,
    unpack_dtype,
    unpack_scalar,
)

_TAGS, _ARRAY = tuple(Tag), int(Ext.ARRAY)


def decode(message, caps=DEFAULT_CAPS, *, trusted=False, dressed=None):
    """Value of a message from a sender that is not trusted.

    Parameters
    ----------
    message : bytes-like
    caps : Caps
    trusted : bool
        Whether it comes from the trusted side: nothing is then checked that only ill will or a
        message too large could bring about.
    dressed : bool, optional
        Whether `Dressed` values may come; by default only from the trusted side.

    Returns
    -------
    object
        Plain data only. Generators come as `GeneratorState`, objects that
        stayed behind as `Handle`, `Callback` or `Returned`.

    Raises
    ------
    WireError
        Whatever is wrong with the message.
    """
    try:
        dressed = trusted if dressed is None else dressed
        return _Decoder(memoryview(message), caps, trusted, dressed).value()
    except WireError:
        raise
    except Exception as error:  # the one place where anything at all may come in
        if "exceeds max_str_len" in str(error) or "exceeds max_bin_len" in str(error):
            raise WireError(f"a text of more than {caps.text} bytes") from None
        raise WireError(f"a malformed message ({type(error).__name__})") from None


class _Decoder:
    def __init__(self, view, caps, trusted, dressed):
        if len(view) > caps.message:
            raise WireError("a message that is too large")
        (size,) = LENGTH.unpack_from(view)
        end = LENGTH.size + size
        if size > caps.body or end > len(view):
            raise WireError("a body that is too large or cut short")
        self.body, self.contents = view[LENGTH.size : end], view[end:]
        self.caps, self.hooks = caps, 0
        self.trusted, self.dressed = trusted, dressed
        self.keys = KeyBudget(caps)

    def value(self):
        if not self.trusted:
            # msgpack 1.1 allocates lists by the length that they claim, at every
            # level: 12 GB of address space for 2 MB. Skipping allocates nothing and
            # shows that each item is really there.
            structure = Unpacker(max_buffer_size=max(len(self.body), 1))
            structure.feed(self.body)
            structure.skip()
        value = unpackb(
            self.body,
            ext_hook=self.extension,
            object_pairs_hook=self.mapping,
            strict_map_key=False,
            unicode_errors="surrogatepass",
            max_str_len=self.caps.text,
            max_bin_len=self.caps.text,
        )
        if len(self.contents):
            raise WireError("more bytes than the arrays need")
        if not self.trusted:
            check_values(value, self.caps, allowed=_ALLOWED)
        return value

    def _count(self):
        self.hooks += 1
        if self.hooks > self.caps.items:
            raise WireError(f"more than {self.caps.items} values")

    def extension(self, code, data):
        if not data and 0 <= code < len(_TAGS):
            return _TAGS[code]
        self._count()
        if code == _ARRAY:
            array, nbytes = unpack_array(data, self.contents, self.caps)
            self.contents = self.contents[nbytes:]
            return array
        if code in _READ:
            return _READ[code](data, self.caps)
        raise WireError("an unknown extension")

    def mapping(self, pairs):
        self._count()
        if len(pairs) == 1 and type(pairs[0][0]) is Tag:
            ((tag, content),) = pairs
            if type(content) is not list:
                raise WireError("a tag without a list")
            if tag is Tag.SET or tag is Tag.FROZENSET:
                return self._unique(content, set if tag is Tag.SET else frozenset)
            if tag is Tag.DRESSED:
                if not self.dressed:
                    raise WireError("a value that only the trusted side may send")
                return Dressed(content[0], content[1:])
            return _MAKE[tag](content, self.caps)
        self.keys.check([key for key, _ in pairs])
        value = dict(pairs)
        if len(value) != len(pairs):
            raise WireError("a key that comes twice")
        return value

    def _unique(self, content, kind):
        self.keys.check(content)
        value = kind(content)
        if len(value) != len(content):
            raise WireError("a set member that comes twice")
        return value


def make_slice(parts, caps):
    """A slice from its three numbers."""
    start, stop, step = parts
    if not all(p is None or type(p) is int or type(p) in SCALARS for p in parts):
        raise WireError("a slice of something else than numbers")
    return slice(start, stop, step)


def _make_range(parts, caps):
    start, stop, step = parts
    value = range(start, stop, step)
    if not all(type(p) is int for p in parts) or len(value) > caps.items:
        raise WireError("a range that is too long or not of integers")
    return value


def _make_exception(parts, caps):
    code, *args = parts
    if len(args) > 1 or not all(type(a) is str and len(a) <= caps.error for a in args):
        raise WireError("an exception with more than a short text")
    return entry(EXCEPTIONS, code)(*args)


def _read_integer(data, caps):
    if len(data) > caps.integer:
        raise WireError("an integer that is too large")
    return int.from_bytes(data, "little", signed=True)


def _read_text(kind):
    def read(data, caps):
        if len(data) > caps.text:
            raise WireError("a string that is too long")
        return kind(data, "utf-8", "surrogatepass") if kind is np.str_ else kind(data)

    return read


_MAKE = {
    Tag.TUPLE: lambda content, caps: tuple(content),
    Tag.SLICE: make_slice,
    Tag.RANGE: _make_range,
    Tag.EXCEPTION: _make_exception,
    Tag.EXACT: value_of,
    Tag.GENERATOR: lambda content, caps: GeneratorState(content[0], tuple(content[1:])),
}
_READ = {
    Ext.SCALAR: unpack_scalar,
    Ext.STR: _read_text(np.str_),
    Ext.BYTES: _read_text(np.bytes_),
    Ext.COMPLEX: lambda data, caps: complex(*COMPLEX.unpack(data)),
    Ext.INTEGER: _read_integer,
    Ext.DTYPE: unpack_dtype,
    Ext.CONSTANT: lambda data, caps: entry(CONSTANTS, _only(data)),
    Ext.HANDLE: lambda data, caps: Handle(*NUMBER.unpack(data)),
    Ext.CALLBACK: lambda data, caps: Callback(*NUMBER.unpack(data)),
    Ext.RETURNED: lambda data, caps: Returned(*NUMBER.unpack(data)),
}
# Leaves out Tag and msgpack's own Timestamp.
_ALLOWED = frozenset(
    {
        type(None),
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        slice,
        range,
        type(Ellipsis),
        type,
        np.ndarray,
        np.str_,
        np.bytes_,
        GeneratorState,
        *EXACT,
        *SCALARS,
        Dressed,
        *NUMBERED,
        *EXCEPTIONS,
        *CONTAINERS,
        *DTYPE_CLASSES,
    }
)


def _only(data):
    (byte,) = data
    return byte
