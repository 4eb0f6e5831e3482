"""Classes that both sides have: of locked cells and of the instructor's modules."""

import os
import sys


class CommonClasses:
    """The common classes of a notebook.

    Parameters
    ----------
    names : dict
        The test's; it may grow.

    Attributes
    ----------
    defined : set of str
        Names that cells which run on both sides have defined.
    """

    def __init__(self, names):
        self._names, self.defined = names, set()

    def has(self, kind):
        """Whether a class is one of them."""
        return self.named(name_of(kind)) is kind

    def named(self, name):
        """The class of a name that `name_of` gave, None if there is none; the name may be any."""
        module, _, name = name.partition(":") if type(name) is str else ("", "", "")
        if module == "__main__":
            found = self._names.get(name) if name in self.defined else None
        elif is_beside(module):
            found = getattr(sys.modules[module], name, None)
        else:
            found = None
        return found if isinstance(found, type) else None


def name_of(kind):
    """The name by which the other side may know a class."""
    return f"{kind.__module__}:{kind.__qualname__}"


def is_beside(module):
    """Whether a module is of a file in the working folder."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and os.path.dirname(os.path.abspath(file)) == os.getcwd()
