"""Exceptions of classes that are not Python's own, as a test meets them."""

_MOST_BASES = 20
# Says that a test is to be left out.
_UNITTEST = "unittest"


class LearnersError(type):
    # The class of what stands for a learner's exception classes: unlike a stand-in they can be
    # named after `except`. (No docstring: a test may ask for the learner's.)

    def __call__(cls, *args, **kwargs):
        # A class of the test's own that derives from the learner's is made here.
        theirs = vars(cls).get("_standin")
        return type.__call__(cls, *args, **kwargs) if theirs is None else theirs(*args, **kwargs)

    def __getattr__(cls, name):
        return getattr(type.__getattribute__(cls, "_standin"), name)


def error_class(name, told, standin, names, common):
    """Make a class that stands for a learner's.

    Parameters
    ----------
    name : str
    told : object
        From the sandbox: names of the class and of its bases, and the nearest of Python's own.
    standin : Standin
        For the learner's class, whose attributes it has.
    names : dict
        Classes by name, among them perhaps the bases.
    common : CommonClasses

    Returns
    -------
    LearnersError or None
        None if it is no exception class.
    """
    own, nearest = told if type(told) is tuple and len(told) == 2 else ((), None)
    if not _is_error(nearest):
        return None
    bases = []
    for base in [*_known(own[1:], names, common), nearest]:
        if not any(issubclass(each, base) for each in bases):
            bases.append(base)
    members = {"__module__": "__main__", "__getattr__": _attribute, "_standin": standin}
    try:
        return LearnersError(name, tuple(bases), members)
    except TypeError:
        return LearnersError(name, (nearest,), members)


def depth(told):
    """How many own bases are told of a class: it comes after these."""
    own = told[0] if type(told) is tuple and told else ()
    return len(own) if type(own) is list else 0


def _known(told, names, common):
    """The exception classes among what some names stand for."""
    told = [name for name in told if type(name) is str] if type(told) is list else []
    found = map(names.get, told[:_MOST_BASES])
    return [kind for kind in found if _is_error(kind) and _may_come(kind, common)]


def _may_come(kind, common):
    """Whether learner's code can raise an exception of a class, but for its name.

    One of the test's own would say that the test has got as far as where it raises that.
    """
    if isinstance(kind, LearnersError) or common.has(kind):
        return True
    return kind.__module__.partition(".")[0] not in ("__main__", _UNITTEST)


def _is_error(kind):
    return isinstance(kind, type) and issubclass(kind, Exception)


def _attribute(error, name):
    if "_object" not in vars(error):
        raise AttributeError(name)
    return getattr(vars(error)["_object"], name)


def error_of(kinds, nearest, standin, names, common):
    """Give an exception the class that the test knows it by.

    Parameters
    ----------
    kinds : object
        Names of its class and that one's bases, as the sandbox tells them.
    nearest : Exception
        Of the nearest of Python's own classes.
    standin : Standin
        For the exception itself.
    names : dict
        The test's.
    common : CommonClasses

    Returns
    -------
    Exception
        The nearest itself where the test knows no class of those names.
    """
    for known in _known(kinds, names, common):
        try:
            # Its own way to be set up may want other arguments than a message.
            error = known.__new__(known, *nearest.args)
        except TypeError:
            continue
        if isinstance(known, LearnersError):
            error._object = standin
        return error
    return nearest
