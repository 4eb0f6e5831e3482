"""Starting a zygote: bubblewrap's command line, its process, and why it may fail."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import seccomp, view
from .confined import confine

CONFINED = Path(__file__).parent / "confined"
_BOOT = "import sys; sys.path.append({!r}); from {} import zygote; zygote.main()"
# High enough to be nobody's; where a container maps fewer users, nobody.
_HIGH_USER, _NOBODY = 1_900_000_000, 65534


class SandboxUnavailable(Exception):
    """This machine cannot make a sandbox; the message says why and what to do."""


def build_filter(processes):
    """Build the seccomp filter, see `seccomp.build`."""
    try:
        return seccomp.build(processes)
    except seccomp.FilterUnavailable as error:
        raise SandboxUnavailable(
            f"the sandbox needs libseccomp and its binding ({error}). Install them: "
            "sudo apt-get install libseccomp2 && pip install pyseccomp"
        ) from error


def bare():
    """Give the command of a zygote without a sandbox."""
    boot = _BOOT.format(str(CONFINED.parent), CONFINED.name)
    return [sys.executable, "-I", "-S", "-c", boot]


def find_bubblewrap():
    """Find bubblewrap.

    Returns
    -------
    str
    """
    program = shutil.which("bwrap")
    if not program or not sys.platform.startswith("linux"):
        raise SandboxUnavailable(
            "the sandbox needs bubblewrap (bwrap) on Linux, which is not installed. Install it: "
            "sudo apt-get install bubblewrap (or: sudo dnf install bubblewrap)"
        )
    return program


def bubblewrap(program, shown, user):
    """Give the command of a zygote inside bubblewrap, for `start`.

    Parameters
    ----------
    program : str
    shown : view.View
    user : int or None
        Whom the zygote is to become, where root starts it.

    Returns
    -------
    list of str
    """
    arguments = ["--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
    arguments += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    if user is None:
        arguments += ["--unshare-user", "--uid", str(confine.USER), "--gid", str(confine.USER)]
    else:
        # Root makes the mounts, then the zygote becomes someone else. In a user namespace it
        # could not: its one user there would be root to the kernel, and to every file's owner.
        arguments += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    boot = _BOOT.format(str(view.INSIDE / "zygote"), CONFINED.name)
    # In a descriptor: a command line can be read by whoever is on the machine.
    with tempfile.TemporaryFile() as file:
        file.write("\0".join(arguments + shown.arguments).encode())
        file.seek(0)
        fd = os.dup(file.fileno())
    return [program, "--args", str(fd), shown.python, "-I", "-S", "-B", "-c", boot]


def start(command, theirs, errors):
    """Start a zygote.

    Parameters
    ----------
    command : list of str
    theirs : socket.socket
        Its end of the channel.
    errors : file
        Takes what it and bubblewrap complain of.

    Returns
    -------
    subprocess.Popen
    """
    arguments = [int(command[2])] if command[1] == "--args" else []

    def run():
        return subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=arguments,
            env={} if arguments else {**os.environ, **_tame()}, cwd="/",
        )  # fmt: skip

    try:
        if threading.current_thread() is threading.main_thread():
            return run()
        # bubblewrap dies with the thread that started it: one that lasts as long as the process.
        box, started = [], threading.Event()

        def keep():
            try:
                box.append(run())
            except OSError as error:
                box.append(error)
            started.set()
            if isinstance(box[0], subprocess.Popen):
                # Whoever closes the sandbox may have reaped it by then.
                with contextlib.suppress(ChildProcessError):
                    os.waitid(os.P_PID, box[0].pid, os.WEXITED | os.WNOWAIT)

        threading.Thread(target=keep, name="sandbox", daemon=True).start()
        started.wait()
        if isinstance(box[0], OSError):
            raise box[0]
        return box[0]
    finally:
        for fd in arguments:
            os.close(fd)


def _tame():
    wanted = ("THREADS", "BACKEND")
    return {name: value for name, value in view.ENVIRONMENT.items() if name.endswith(wanted)}


def unprivileged_user():
    """Choose whom the zygote becomes where root starts it.

    Returns
    -------
    int
    """
    with open("/proc/self/uid_map") as file:
        ranges = [(int(start), int(count)) for start, _, count in map(str.split, file)]
    wanted = _HIGH_USER + os.getpid() % 100_000_000
    for user in (wanted, _NOBODY):
        if any(start <= user < start + count for start, count in ranges):
            return user
    raise SandboxUnavailable("no unprivileged user is mapped here; run as an ordinary user")


def advice(reason):
    """Say why there is no sandbox, and what helps."""
    told = f"no sandbox could be made: {reason or 'bwrap gave no reason'}"
    if "Traceback" in reason and "PermissionError" not in reason:
        return told
    return (
        f"{told}\n"
        "It needs user namespaces. Where a distribution or container forbids them: "
        "sysctl -w kernel.unprivileged_userns_clone=1 (Debian), "
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for "
        "bwrap (Ubuntu), "
        "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        "--security-opt systempaths=unconfined (Docker)."
    )
