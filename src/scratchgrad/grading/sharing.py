"""Where a result holds the very objects that were passed, or one object in several places.

Values cross as copies. A test that appends to a result and looks at what it passed, or that asks
for another row with ``is``, sees the difference: so what was one object is made one again.
"""

import contextlib

import numpy as np

from .wire import is_same

_MUTABLE = {list, dict, set, np.ndarray}
_HOLDERS = {list, dict, tuple}
_MOST_PLACES, _MOST_DEEP = 100, 10


def shared_places(returned, args, kwargs):
    """Places of a result whose object has come by before.

    Parameters
    ----------
    returned : object
    args : sequence
    kwargs : dict

    Returns
    -------
    list of (list, list)
        Pairs of paths: a place, and where the same object is. A path begins with "returned", or
        with "given" and an argument's place or name.
    """
    kind = type(returned)
    if kind not in _MUTABLE and kind is not tuple:
        return []
    if kind is np.ndarray and _HOLDERS.isdisjoint(map(type, args)) and not kwargs:
        # Most results; they hold nothing else.
        return [(["returned"], ["given", n]) for n, each in enumerate(args) if each is returned][:1]
    given = {**dict(enumerate(args)), **kwargs}
    known, found = {}, []
    for key, value in given.items():
        for path, each in _walk(value, ["given", key]):
            known.setdefault(id(each), path)
    for path, each in _walk(returned, ["returned"], known.keys()):
        if id(each) in known:
            found.append((path, known[id(each)]))
        known.setdefault(id(each), path)
    return found[:_MOST_PLACES]


def _walk(value, path, known=()):
    """What can be changed in a value, with its path; not what lies within the known."""
    kind = type(value)
    if kind in _MUTABLE:
        is_known = id(value) in known
        yield path, value
        if is_known:
            return
    if kind not in _HOLDERS or len(path) > _MOST_DEEP:
        return
    items = value.items() if kind is dict else enumerate(value)
    for key, each in items:
        if (type(each) in _MUTABLE or type(each) is tuple) and type(key) in (int, str):
            yield from _walk(each, [*path, key], known)


def share_again(returned, args, kwargs, places):
    """Put the objects that were one into their places.

    Parameters
    ----------
    returned : object
    args : sequence
    kwargs : dict
    places : object
        As it came from the sandbox: only what is equal is put in another's place.

    Returns
    -------
    object
        The result.
    """
    given = {**dict(enumerate(args)), **kwargs}
    # What the test has passed stays as it is, whatever is said of what lies in it.
    theirs = {id(each) for key, value in given.items() for _, each in _walk(value, [key])}
    roots = {"given": given, "returned": returned}
    for place in places[:_MOST_PLACES] if type(places) is list else ():
        with contextlib.suppress(LookupError, TypeError, ValueError):
            path, other = place
            *upper, last = path
            target, source = _at(roots, path), _at(roots, other)
            fits = type(target) is type(source) and type(source) in _MUTABLE
            holder = _at(roots, upper)
            is_open = path[0] == "returned" and type(holder) in (list, dict)
            if is_open and fits and id(holder) not in theirs and is_same(target, source):
                holder[last] = source
    return roots["returned"]


def _at(roots, path):
    value = roots
    for key in path:
        if type(value) not in _HOLDERS:
            raise TypeError("no holder")
        value = value[key]
    return value
