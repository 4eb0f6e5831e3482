"""One control group for all of a sandbox, where this user may make one.

The limits of each worker already bound its memory; the group bounds them all together, kernel
memory included, and tells when the kernel had to kill for it.
"""

import os
import time
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


def join(pid, limits):
    """Put a process and all that it will start into a new group.

    Parameters
    ----------
    pid : int
    limits : Limits

    Returns
    -------
    str or None
        The folder of the group; None where none can be made.
    """
    for parent, wanted in _places(limits):
        _sweep(parent)
        folder = parent / f"scratchgrad-{os.getpid()}-{pid}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            for name, value in wanted.items():
                (folder / name).write_text(str(value))
            for one in [pid, *_descendants(pid)]:
                (folder / "cgroup.procs").write_text(str(one))
            return str(folder)
        except OSError:
            leave(folder)
    return None


def leave(folder):
    """Remove an empty group."""
    for _ in range(50):
        try:
            os.rmdir(folder)
            return
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)


def killed(folder):
    """Tell how often the kernel killed something in the group for memory.

    Returns
    -------
    int
    """
    for name in ("memory.events", "memory.oom_control"):
        try:
            lines = (Path(folder) / name).read_text().splitlines()
        except OSError:
            continue
        return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    return 0


def _sweep(parent):
    # A trusted process that was killed could not remove its group.
    for folder in parent.glob("scratchgrad-*-*"):
        owner = folder.name.split("-")[1]
        if not os.path.exists(f"/proc/{owner}"):
            try:
                folder.rmdir()
            except OSError:
                pass


def _places(limits):
    for line in Path("/proc/self/cgroup").read_text().splitlines() if _ROOT.is_dir() else ():
        _, controllers, path = line.split(":", 2)
        path = path.lstrip("/")
        if "memory" in controllers.split(","):
            yield _ROOT / "memory" / path, {"memory.limit_in_bytes": limits.total_memory}
        elif not controllers:
            # Groups hold processes or groups, not both: beside our own, not below it.
            for parent in (_ROOT / path, (_ROOT / path).parent):
                yield parent, {"memory.max": limits.total_memory, "memory.swap.max": 0}


def _descendants(pid):
    found = []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return found
    for child in map(int, children):
        found += [child, *_descendants(child)]
    return found
