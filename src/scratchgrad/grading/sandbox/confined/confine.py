"""The walls around a child and around each of its workers."""

import os
import resource
import signal

from . import kernel

WORK = "/notebook"
# A user and group of the namespace only; the kernel knows the zygote's.
USER = 1000
NAMESPACES = (
    kernel.NEW_USER
    | kernel.NEW_MOUNTS
    | kernel.NEW_PIDS
    | kernel.NEW_IPC
    | kernel.NEW_NETWORK
    | kernel.NEW_UTS
)
_PLAIN = kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_EXEC


def enter_child(uid, gid):
    """Finish the namespaces of a child, as its PID 1.

    Parameters
    ----------
    uid, gid : int
        The zygote's, as it saw them before the clone.
    """
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{USER} {uid} 1"),
        ("gid_map", f"{USER} {gid} 1"),
        # Inherited by the workers, who see no /proc to undo it in.
        ("oom_score_adj", "1000"),
    ):
        fd = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(fd, text.encode())
        os.close(fd)
    empty = "size=4k,nr_inodes=1,mode=555"
    kernel.mount("none", "/proc", "tmpfs", kernel.READ_ONLY | _PLAIN, empty)
    kernel.prctl(kernel.DUMPABLE, 0)
    # kill(0) reaches a whole process group, whatever namespace its members are in.
    os.setsid()
    kernel.drop_bounding_set()
    # PID 1 is deaf to signals from inside only where it has no handler.
    for number in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def own_folders(size, count):
    """Give this process a /tmp, /dev/shm and working folder that nobody else sees.

    Parameters
    ----------
    size, count : int
        Bytes and files that all three together may hold.
    """
    kernel.unshare(kernel.NEW_MOUNTS)
    kernel.mount("none", WORK, "tmpfs", _PLAIN, f"size={size},nr_inodes={count + 8},mode=755")
    for name, place in (("tmp", "/tmp"), ("shm", "/dev/shm"), ("work", WORK)):
        folder = f"{WORK}/{name}"
        os.mkdir(folder, 0o700)
        kernel.mount(folder, place, flags=kernel.BIND)
    os.chdir(WORK)


def write_files(folder, files):
    """Write a submission's own files into an empty folder."""
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def limit_resources(limits, mapped, isolated=True):
    """Set limits that cannot be raised again.

    Address space is what bounds memory: with memfd, System V and POSIX shared memory refused by
    the filter and /tmp bounded by its mount, a worker has no memory outside of it.

    Parameters
    ----------
    limits : dict
        The fields of `Limits`.
    mapped : int
        Bytes of address space that the zygote had before.
    isolated : bool
        False outside a sandbox: the count of processes is then the whole user's, and other
        systems refuse some of the limits.
    """
    share = limits["memory"] // limits["processes"]
    wanted = {
        "AS": mapped + share,
        "CPU": (limits["cpu_seconds"], limits["cpu_seconds"] + 1),
        "FSIZE": limits["file_size"],
        "NOFILE": limits["descriptors"],
        # Counted per user namespace: init, guards and a second worker are in it.
        "NPROC": limits["threads"] + limits["processes"] + 8,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "SIGPENDING": 256,
        "RTPRIO": 0,
        "NICE": 0,
    }
    if not isolated:
        del wanted["NPROC"]
    for name, value in wanted.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        soft, hard = value if isinstance(value, tuple) else (value, value)
        top = resource.getrlimit(kind)[1]
        if top != resource.RLIM_INFINITY:
            soft, hard = min(soft, top), min(hard, top)
        try:
            resource.setrlimit(kind, (int(soft), int(hard)))
        except (OSError, ValueError):
            if isolated:
                raise


def give_up_rights(program):
    """Drop what the child's user namespace gave, and close the way back.

    Parameters
    ----------
    program : bytes
        The seccomp filter.
    """
    kernel.drop_capabilities()
    kernel.prctl(kernel.NO_NEW_PRIVILEGES, 1)
    kernel.install_filter(program)


def only_descriptor(fd):
    """Keep one descriptor, as number 3, and a /dev/null of our own as 0 to 2.

    Returns
    -------
    int
        3.
    """
    if fd != 3:
        os.dup2(fd, 3)
    kernel.close_from(4)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)
    os.set_inheritable(3, False)
    return 3
