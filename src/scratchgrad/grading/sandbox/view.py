"""What can be seen inside the sandbox, as bubblewrap's arguments.

Host paths are bound to fixed places, so that neither /root being closed to others nor a course
folder that holds the virtual environment or this package matters.
"""

import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

INSIDE = Path("/sandbox")
SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/local/lib", "/usr/local/lib64")
ROOTS = ("/lib", "/lib64", "/lib32")
SMALL = ("/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/alternatives", "/nix/store", "/gnu/store")
DEVICES = ("null", "zero", "full", "random", "urandom")
# One thread each: a forked child has none of the pool its parent had.
ENVIRONMENT = {
    "HOME": "/notebook",
    "USER": "learner",
    "LOGNAME": "learner",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "MPLBACKEND": "agg",
    "NBGRADER_EXECUTION": "autograde",
    "MPLCONFIGDIR": "/tmp",
    "IPYTHONDIR": "/tmp",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # Arenas of threads reserve address space, which is what is limited.
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True)
class View:
    """A view of the host.

    Attributes
    ----------
    arguments : list of str
        For bubblewrap, up to the command.
    python : str
        The interpreter, inside.
    path : list of str
        ``sys.path``, inside.
    """

    arguments: list
    python: str
    path: list


def package_folders():
    """Folders of the running Python that hold installed packages.

    Returns
    -------
    list of Path
    """
    known = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        known.add(site.getusersitepackages())
    known = {entry for entry in known if os.path.isdir(entry)}
    return [Path(entry) for entry in dict.fromkeys(sys.path) if entry in known]


def build(confined, packages, hide=()):
    """Decide what is in view.

    Parameters
    ----------
    confined : Path
        The folder with the code that runs inside.
    packages : sequence of Path
        Further package folders or modules that can be imported, and only they of what is
        around them.
    hide : sequence of Path
        Folders to cover where they lie in something that is in view.

    Returns
    -------
    View
    """
    binds = [(Path(place), Path(place)) for place in SYSTEM + SMALL if os.path.exists(place)]
    arguments = []
    for place in ROOTS:
        if os.path.islink(place):
            arguments += ["--symlink", os.readlink(place), place]
        elif os.path.exists(place):
            binds.append((Path(place), Path(place)))

    base = Path(sys.base_prefix)
    executable = Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()
    python = INSIDE / "python/bin" / executable.name
    binds.append((executable, python))
    for name in dict.fromkeys(("lib", "lib64", sys.platlibdir)):
        if (base / name).is_dir():
            binds.append((base / name, INSIDE / "python" / name))
    path = []
    for number, folder in enumerate(package_folders()):
        binds.append((folder, INSIDE / f"packages/{number}"))
        path.append(str(INSIDE / f"packages/{number}"))
    for package in packages:
        binds.append((package, INSIDE / "own" / package.name))
    binds.append((confined, INSIDE / "zygote" / confined.name))

    # Left to itself bubblewrap makes the folders above a bind for root alone.
    places = [place for _, place in binds] + [Path("/dev/shm/x"), Path("/notebook/x")]
    for folder in sorted({above for place in places for above in place.parents[:-1]}):
        arguments += ["--perms", "0755", "--dir", str(folder)]
    for source, place in binds:
        arguments += ["--ro-bind", str(source), str(place)]
    for source, place in binds:
        for folder in hide:
            folder, source = Path(folder).resolve(), source.resolve()
            if folder == source:
                raise ValueError(f"{folder} is to be hidden, and to be in view")
            if folder.is_relative_to(source):
                covered = str(place / folder.relative_to(source))
                arguments += ["--tmpfs", covered, "--remount-ro", covered]
    # Not bubblewrap's /dev: fewer mounts to copy for each child, and nothing to write to.
    for name in DEVICES:
        arguments += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    # The zygote's own /proc: its children write their user maps there, then cover it.
    arguments += ["--proc", "/proc"]
    for name in ("sys", "sysrq-trigger", "irq", "bus", "fs"):
        if os.path.exists(f"/proc/{name}"):
            arguments += ["--ro-bind", f"/proc/{name}", f"/proc/{name}"]
    arguments += ["--perms", "1777", "--tmpfs", "/tmp", "--remount-ro", "/"]
    environment = dict(ENVIRONMENT)
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        environment["LD_LIBRARY_PATH"] = str(INSIDE / "python/lib")
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    arguments += ["--chdir", "/"]
    return View(arguments, str(python), [str(INSIDE / "own"), *path])
