"""Fractions, decimal numbers, dates and times on the wire."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from .limits import WireError

# A longer exponent would cost gigabytes as an integer.
_DECIMAL = re.compile(r"[+-]?(\d{1,1000}(\.\d{1,1000})?(E[+-]\d{1,3})?|Infinity|NaN)", re.ASCII)
_TIMES = date, datetime, time, timedelta
EXACT = frozenset({Fraction, Decimal, *_TIMES})


def parts_of(value):
    """Numbers and text that a value of one of these classes is made of.

    Returns
    -------
    list
        A number for its class first.
    """
    kind = type(value)
    if kind is Fraction:
        return [0, value.numerator, value.denominator]
    if kind is Decimal:
        return [1, _checked(str(value))]
    if getattr(value, "tzinfo", None) is not None:
        raise WireError("a time with a zone")
    names = {
        date: "year month day",
        datetime: "year month day hour minute second microsecond",
        time: "hour minute second microsecond",
        timedelta: "days seconds microseconds",
    }[kind].split()
    return [2 + _TIMES.index(kind), *(getattr(value, name) for name in names)]


def value_of(parts, caps):
    """The value that `parts_of` gave the parts of; nothing about these is trusted."""
    code, *content = parts
    if code == 1 and len(content) == 1 and type(content[0]) is str:
        return Decimal(_checked(content[0]))
    if type(code) is not int or not all(type(each) is int for each in content):
        raise WireError("no fraction and no time")
    if code == 0:
        numerator, denominator = content
        return Fraction(numerator, denominator)
    if not 2 <= code < 2 + len(_TIMES):
        raise WireError("a number that is in no table")
    return _TIMES[code - 2](*content)


def _checked(text):
    if not _DECIMAL.fullmatch(text):
        raise WireError("a decimal number that does not cross")
    return text
