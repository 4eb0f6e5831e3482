"""Values to bytes: a msgpack body, then the contents of its arrays.

A message is the length of the body, the body, and the array contents in the
order of the arrays. So array data is never copied through msgpack, and the
cap on the body bounds what its lists and strings can cost.
"""

import struct
from collections import Counter, OrderedDict, defaultdict

import numpy as np
from msgpack import Packer

from .decoder import decode, make_slice
from .exact import EXACT, parts_of
from .generators import GeneratorState
from .limits import DEFAULT_CAPS, KeyBudget, WireError, check_values
from .marks import COMPLEX, LENGTH, NUMBER, NUMBERED, Dressed, Ext, Tag, extension, wrap
from .values import (
    CONSTANT_CODES,
    DTYPE_CLASSES,
    EXCEPTION_CODES,
    SCALARS,
    pack_array,
    pack_dtype,
    pack_scalar,
)

# Subclasses of dict that go as plain ones.
_DICTS = frozenset({OrderedDict, defaultdict, Counter})
_ARRAY = int(Ext.ARRAY)


def encode(value, *, handles=None, caps=DEFAULT_CAPS):
    """Bytes of a value.

    Parameters
    ----------
    value : object
    handles : callable, optional
        Called with each object that is not plain data; answers with a
        `Handle`, `Callback` or `Returned`, or, if this is the trusted side, a
        `Dressed`. Without it such objects are refused.
    caps : Caps
        What the receiver will accept: the same caps there refuse nothing that
        passes here.

    Returns
    -------
    bytes

    Raises
    ------
    WireError
        When the value cannot cross. What `handles` raises passes through if
        it is none of the errors that packing itself can raise.
    """
    encoder = _Encoder(handles, caps)
    try:
        check_values(value, caps, keys=KeyBudget(caps))
        body = Packer(
            default=encoder.replace, strict_types=True, unicode_errors="surrogatepass"
        ).pack(value)
    except (ValueError, TypeError, OverflowError, RecursionError, struct.error) as error:
        raise WireError(f"a value that cannot cross: {error}") from None
    size = LENGTH.size + len(body) + sum(map(len, encoder.contents))
    if len(body) > caps.body or size > caps.message:
        raise WireError(f"a message of {size} bytes is too large")
    message = b"".join((LENGTH.pack(len(body)), body, *encoder.contents))
    # Only so long a body can hold too much in ways not checked above.
    if encoder.unchecked or len(body) > min(caps.text, caps.items):
        decode(message, caps, dressed=True)
    return message


def is_same(one, other):
    """Whether two values cross as the same bytes; no if one of them cannot."""
    try:
        return encode(one) == encode(other)
    except WireError:
        return False


class _Encoder:
    def __init__(self, handles, caps):
        self.handles, self.caps, self.contents = handles, caps, []
        self.unchecked = False

    def replace(self, value):
        """What msgpack packs in place of a value that it does not know."""
        # By exact type: a stand-in or a learner's object may lie to isinstance.
        kind = type(value)
        if kind is np.ndarray:
            header, contents = pack_array(value, self.caps)
            self.contents.append(contents)
            return extension(_ARRAY, header)
        if kind in _REPLACE:
            return _REPLACE[kind](value, self.caps)
        if kind in _DICTS:
            self.unchecked = True
            return dict(value)
        if issubclass(kind, Exception):
            return _exception(value, self.caps)
        if kind is type and value in CONSTANT_CODES:
            return _constant(value, self.caps)
        if self.handles is not None:
            answer = self.handles(value)
            if type(answer) in NUMBERED:
                return _numbered(answer, self.caps)
            if type(answer) is Dressed:
                return wrap(Tag.DRESSED, [answer.name, *answer.content])
        raise WireError(f"an object of type {kind.__name__} cannot cross")


def _tagged(tag):
    return lambda value, caps: wrap(tag, list(value))


def _extension(code, content):
    return lambda value, caps: extension(code, content(value))


def _range(value, caps):
    if len(value) > caps.items:
        raise WireError("a range that is too long")
    return wrap(Tag.RANGE, [value.start, value.stop, value.step])


def _slice(value, caps):
    parts = [value.start, value.stop, value.step]
    make_slice(parts, caps)
    return wrap(Tag.SLICE, parts)


def _integer(value, caps):
    size = value.bit_length() // 8 + 1
    if size > caps.integer:
        raise WireError(f"an integer of {size} bytes is too large")
    return extension(Ext.INTEGER, value.to_bytes(size, "little", signed=True))


def _constant(value, caps):
    return extension(Ext.CONSTANT, bytes((CONSTANT_CODES[value],)))


def _dtype(value, caps):
    return extension(Ext.DTYPE, pack_dtype(value, caps))


def _numbered(value, caps):
    return extension(NUMBERED[type(value)], NUMBER.pack(value.number))


def _exception(error, caps):
    kind = next(base for base in type(error).__mro__ if base in EXCEPTION_CODES)
    try:
        args = error.args
        # Not always str: that of a KeyError is the repr of its text.
        text = args[0] if len(args) == 1 and type(args[0]) is str else str.__str__(str(error))
    except Exception:  # a learner's class may do anything here
        args = ()
    return wrap(Tag.EXCEPTION, [EXCEPTION_CODES[kind], *([text[: caps.error]] if args else [])])


def _generator(generator, caps):
    state = generator if type(generator) is GeneratorState else GeneratorState.of(generator)
    return wrap(Tag.GENERATOR, [state.name, *state.words])


_REPLACE = {
    tuple: _tagged(Tag.TUPLE),
    set: _tagged(Tag.SET),
    frozenset: _tagged(Tag.FROZENSET),
    slice: _slice,
    range: _range,
    int: _integer,
    complex: _extension(Ext.COMPLEX, lambda z: COMPLEX.pack(z.real, z.imag)),
    np.str_: _extension(Ext.STR, lambda s: s.encode("utf-8", "surrogatepass")),
    np.bytes_: _extension(Ext.BYTES, bytes),
    type(Ellipsis): _constant,
    np.random.Generator: _generator,
    GeneratorState: _generator,
    **dict.fromkeys(EXACT, lambda value, caps: wrap(Tag.EXACT, parts_of(value))),
    **dict.fromkeys(SCALARS, _extension(Ext.SCALAR, pack_scalar)),
    **dict.fromkeys(DTYPE_CLASSES, _dtype),
    **dict.fromkeys(NUMBERED, _numbered),
}
