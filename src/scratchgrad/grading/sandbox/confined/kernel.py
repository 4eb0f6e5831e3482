"""The few Linux calls that Python lacks."""

import ctypes
import os
import platform
import signal

NEW_MOUNTS = 0x00020000
NEW_UTS = 0x04000000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PIDS = 0x20000000
NEW_NETWORK = 0x40000000

READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18

DEATH_SIGNAL, DUMPABLE, SECCOMP, DROP_BOUND, NO_NEW_PRIVILEGES, AMBIENT = 1, 4, 22, 24, 38, 47

_libc = ctypes.CDLL(None, use_errno=True)
# Keeps the interpreter's lock during the call: nothing else may run between clone and its hooks.
_held = ctypes.PyDLL(None, use_errno=True)
_DESCRIPTORS = min(os.sysconf("SC_OPEN_MAX"), 1 << 16)
_CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220}.get(platform.machine())


def _check(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def clone(flags):
    """``os.fork`` into new namespaces.

    One fork instead of two (``unshare`` puts only the next child into a new PID namespace);
    a fork of a process with NumPy and Matplotlib in it costs 2 to 3 ms. glibc keeps the
    parent's thread id in the result, so it must do nothing but fork again.

    Parameters
    ----------
    flags : int

    Returns
    -------
    int
        0 in the new process, else its pid.
    """
    if _CLONE is None:
        raise OSError(f"the sandbox does not know {platform.machine()}")
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _held.syscall(*map(ctypes.c_long, (_CLONE, flags | signal.SIGCHLD, 0, 0, 0, 0)))
    number = ctypes.get_errno()
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    else:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, os.strerror(number))
    return pid


def unshare(flags):
    """Leave the given namespaces for new ones."""
    _check(_libc.unshare(flags))


def mount(source, target, kind=None, flags=0, data=None):
    """Call mount(2)."""
    encoded = [text if text is None else text.encode() for text in (source, target, kind, data)]
    _check(_libc.mount(*encoded[:3], ctypes.c_ulong(flags), encoded[3]))


def prctl(option, *values):
    """Call prctl(2)."""
    values = [ctypes.c_ulong(value) for value in values] + [ctypes.c_ulong(0)] * (4 - len(values))
    return _check(_libc.prctl(option, *values))


def close_from(first):
    """Close every descriptor from the given one on."""
    if _libc.syscall(*map(ctypes.c_long, (436, first, 0xFFFFFFFF, 0))) < 0:
        # Before Linux 5.9. Not today's limit: what is open may lie above it.
        os.closerange(first, _DESCRIPTORS)


def drop_bounding_set():
    """Make sure that no exec can bring a capability back."""
    for capability in range(64):
        try:
            prctl(DROP_BOUND, capability)
        except OSError:
            return


def drop_capabilities():
    """Give up every capability of this process."""
    prctl(AMBIENT, 4)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()))


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def install_filter(program):
    """Install a seccomp filter for good.

    Parameters
    ----------
    program : bytes
        As libseccomp exports it.
    """
    record = _Program(len(program) // 8, program)
    _check(_libc.prctl(SECCOMP, ctypes.c_ulong(2), ctypes.byref(record)))


def huge_pages():
    """Put this process's own memory into huge pages where that works, for cheaper forks."""
    page = 1 << 21
    with open("/proc/self/maps") as maps:
        regions = [line.split() for line in maps]
    for region in regions:
        if region[1] != "rw-p" or region[5:] not in ([], ["[heap]"]):
            continue
        start, end = (int(part, 16) for part in region[0].split("-"))
        for address in range(-(-start // page) * page, end // page * page, page):
            _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(page), 25)
