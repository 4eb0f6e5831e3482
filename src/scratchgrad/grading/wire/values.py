"""NumPy arrays and scalars, and the constants that have a number on the wire."""

import struct
from dataclasses import FrozenInstanceError

import numpy as np

from .limits import WireError, check_shape

_ORDERED = ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
# Never np.dtype(text from the wire): a code is an index into this table.
DTYPES = tuple(
    map(np.dtype, ["|b1", "|i1", "|u1", *("<" + c for c in _ORDERED), *(">" + c for c in _ORDERED)])
)
# np.longlong equals np.int64 but has a class of its own.
DTYPE_CLASSES = frozenset(
    type(np.dtype(d)) for d in (*DTYPES, np.longlong, np.ulonglong, np.str_, np.bytes_)
)
_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_UNICODE, _BYTES = len(DTYPES), len(DTYPES) + 1
_BOOL = 0
_MOST_AXES, _AXES_AT = 64, 6
# Dtype code, width of text, place in _ORDERS, number of axes, shape; one for each number of axes.
_HEADS = tuple(struct.Struct(f"<BIBB{axes}Q") for axes in range(_MOST_AXES + 1))
_ORDERS = "CF"
_DTYPE = struct.Struct("<BI")

SCALARS = {
    kind: _CODES[np.dtype(kind)]
    for kind in (
        np.bool_,
        np.int8,
        np.int16,
        np.int32,
        np.int64,
        np.uint8,
        np.uint16,
        np.uint32,
        np.uint64,
        np.longlong,
        np.ulonglong,
        np.float16,
        np.float32,
        np.float64,
        np.complex64,
        np.complex128,
    )
}

EXCEPTIONS = (
    Exception,
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    FileNotFoundError,
    FloatingPointError,
    ImportError,
    IndexError,
    KeyError,
    LookupError,
    MemoryError,
    ModuleNotFoundError,
    NameError,
    NotImplementedError,
    OSError,
    OverflowError,
    PermissionError,
    RecursionError,
    ReferenceError,
    RuntimeError,
    SyntaxError,
    TimeoutError,
    TypeError,
    UnboundLocalError,
    UnicodeError,
    ValueError,
    ZeroDivisionError,
    Warning,
    DeprecationWarning,
    FutureWarning,
    RuntimeWarning,
    UserWarning,
    np.linalg.LinAlgError,
    np.exceptions.AxisError,
    FrozenInstanceError,
)
EXCEPTION_CODES = {kind: code for code, kind in enumerate(EXCEPTIONS)}

# StopIteration, SystemExit and the like are in neither table: raised or
# iterated on the trusted side they would change what a test does.
CONSTANTS = (
    Ellipsis,
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    list,
    tuple,
    dict,
    set,
    frozenset,
    slice,
    range,
    object,
    np.ndarray,
    np.generic,
    np.number,
    np.integer,
    np.signedinteger,
    np.unsignedinteger,
    np.inexact,
    np.floating,
    np.complexfloating,
    np.character,
    np.str_,
    np.bytes_,
    np.bool_,
    np.int8,
    np.int16,
    np.int32,
    np.int64,
    np.uint8,
    np.uint16,
    np.uint32,
    np.uint64,
    np.float16,
    np.float32,
    np.float64,
    np.complex64,
    np.complex128,
    *EXCEPTIONS,
)
CONSTANT_CODES = {constant: code for code, constant in enumerate(CONSTANTS)}


def entry(table, code):
    """Item of a fixed table by a number from the wire."""
    if type(code) is not int or not 0 <= code < len(table):
        raise WireError("a number that is in no table")
    return table[code]


def _code(dtype, caps):
    code = _CODES.get(dtype)
    if code is not None:
        return code, 0
    if dtype.kind == "U" and dtype.isnative and dtype.itemsize // 4 <= caps.width:
        return _UNICODE, dtype.itemsize // 4
    if dtype.kind == "S" and dtype.itemsize <= caps.width:
        return _BYTES, dtype.itemsize
    raise WireError(f"arrays of dtype {dtype.str} do not cross")


def _dtype(code, width, caps):
    if code < _UNICODE and width == 0:
        return DTYPES[code]
    if code in (_UNICODE, _BYTES) and width <= caps.width:
        return np.dtype((np.str_ if code == _UNICODE else np.bytes_, width))
    raise WireError("an unknown dtype")


def pack_dtype(dtype, caps):
    """Bytes that name a dtype."""
    return _DTYPE.pack(*_code(dtype, caps))


def unpack_dtype(data, caps):
    """The dtype that bytes name."""
    return _dtype(*_DTYPE.unpack(data), caps)


def pack_array(array, caps):
    """Header and contents of an exact ndarray.

    Returns
    -------
    header, contents : bytes
    """
    code, width = _code(array.dtype, caps)
    shape = array.shape
    # Before tobytes: a broadcast view may stand for far more than it holds.
    check_shape(shape, array.itemsize, caps)
    order = 1 if array.flags.fnc else 0
    head = _HEADS[len(shape)].pack(code, width, order, len(shape), *shape)
    return head, array.tobytes(_ORDERS[order])


def unpack_array(header, contents, caps):
    """A fresh array from its header and from all contents still unread.

    Parameters
    ----------
    header : bytes
    contents : memoryview
    caps : Caps

    Returns
    -------
    array : ndarray
        Writable, contiguous as the one that was sent, owner of its memory.
    nbytes : int
        How much of the contents belongs to it.
    """
    code, width, order, _, *shape = _HEADS[header[_AXES_AT]].unpack(header)
    shape, dtype = tuple(shape), _dtype(code, width, caps)
    nbytes = check_shape(shape, dtype.itemsize, caps)
    if nbytes > len(contents):
        raise WireError("an array with fewer bytes than its shape needs")
    return _fresh(shape, dtype, contents[:nbytes], entry(_ORDERS, order)), nbytes


def pack_scalar(scalar):
    """Bytes of a NumPy number."""
    return bytes((SCALARS[type(scalar)],)) + scalar.tobytes()


def unpack_scalar(data, caps):
    """The NumPy number in its own type."""
    dtype = entry(DTYPES, data[0])
    if len(data) != 1 + dtype.itemsize:
        raise WireError("a scalar of the wrong size")
    return _fresh((), dtype, data[1:])[()]


def _fresh(shape, dtype, contents, order="C"):
    array = np.ndarray(shape, dtype, contents, order=order).copy(order)
    # NumPy takes on trust that a bool is 0 or 1 and a character is Unicode.
    kind = dtype.kind
    if kind == "b" and array.size and array.view(np.uint8).max() > 1:
        raise WireError("a bool that is neither 0 nor 1")
    if kind == "U" and array.size and np.frombuffer(contents, np.uint32).max() > 0x10FFFF:
        raise WireError("a character beyond Unicode")
    return array
