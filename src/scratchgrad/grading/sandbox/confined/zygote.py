"""The zygote: imports what notebooks need, then forks a child for each submission.

It runs no learner code, and nothing of a submission passes through it: a child's files and
messages go over the child's own channel.
"""

import gc
import importlib
import os
import signal
import socket
import sys
import traceback

from . import channel, confine, kernel, warden


def main():
    """Serve the channel that is standard input until it closes."""
    control = socket.socket(fileno=os.dup(0))
    settings, _, _ = channel.receive(control)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0), os.dup2(null, 1)
    try:
        if settings["user"]:
            _become(settings["user"])
        sys.path[:0] = settings["path"]
        serve = _preload(settings)
        settings["mapped"] = _mapped()
    except BaseException:
        channel.send(control, {"event": "failed", "reason": traceback.format_exc(limit=-3)})
        raise SystemExit(1) from None
    os.dup2(null, 2)
    os.close(null)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    fds = [os.pidfd_open(os.getpid())] if hasattr(os, "pidfd_open") else []
    channel.send(control, {"event": "ready", "python": sys.version_info[:3]}, fds=fds)
    for fd in fds:
        os.close(fd)
    while True:
        try:
            _, _, (fd,) = channel.receive(control)
        except EOFError:
            os._exit(0)
        _spawn(control, fd, settings, serve)
        os.close(fd)


def _become(user):
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    kernel.drop_capabilities()
    # Undoes what the change of user did to our own /proc files; children write their maps there.
    kernel.prctl(kernel.DUMPABLE, 1)


def _preload(settings):
    gc.disable()
    for name in settings["preload"]:
        importlib.import_module(name)
    module, _, function = settings["serve"].partition(":")
    serve = getattr(importlib.import_module(module), function)
    if settings["isolated"]:
        sys.path.append(confine.WORK)
    gc.enable()
    gc.collect()
    gc.freeze()
    # Workers end soon.
    gc.set_threshold(20_000, 10, 10)
    try:
        kernel.huge_pages()
    except OSError:
        pass
    return serve


def _mapped():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _spawn(control, fd, settings, serve):
    uid, gid = os.getuid(), os.getgid()
    try:
        pid = kernel.clone(confine.NAMESPACES) if settings["isolated"] else os.fork()
    except OSError as error:
        told = {"event": "failed", "reason": f"no new namespaces: {error}"}
        with socket.socket(fileno=os.dup(fd)) as sock:
            channel.send(sock, told)
        return
    if pid:
        return
    mine = socket.socket(fileno=fd)
    try:
        control.close()
        if settings["isolated"]:
            confine.enter_child(uid, gid)
        else:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
        warden.Warden(mine, settings, serve).run()
    except EOFError:
        pass
    except BaseException:
        try:
            channel.send(mine, {"event": "failed", "reason": traceback.format_exc(limit=-3)})
        except OSError:
            pass
    finally:
        os._exit(0)
