"""Talking to the evaluator, and looking at processes from outside."""

import json
import os
import socket
import struct
import textwrap
import time
from pathlib import Path

from scratchgrad.grading.sandbox import Sandbox

EVALUATOR = Path(__file__).with_name("evaluator.py")
PRELOAD = ("json", "ctypes", "mmap", "socket", "threading", "resource", "numpy")


def make(**options):
    """Make a sandbox whose workers evaluate code."""
    options = {"serve": "evaluator:serve", "preload": PRELOAD, "packages": [EVALUATOR]} | options
    return Sandbox(**options)


def post(worker, code):
    """Send code without waiting for an answer."""
    data = textwrap.dedent(code).encode()
    worker.socket.sendall(struct.pack(">I", len(data)) + data)


def run(worker, code, timeout=20):
    """Run code in a worker; its `answer`, or the name of its exception, or "EOF"."""
    post(worker, code)
    worker.socket.settimeout(timeout)
    try:
        head = worker.socket.recv(4, socket.MSG_WAITALL)
    except ConnectionError:
        return "EOF"
    if len(head) < 4:
        return "EOF"
    size, data = struct.unpack(">I", head)[0], b""
    while len(data) < size:
        data += worker.socket.recv(size - len(data))
    reply = json.loads(data)
    return reply["error"] if "error" in reply else reply["answer"]


def host_pid(fd):
    """The pid that a pidfd stands for, as seen here."""
    for line in Path(f"/proc/self/fdinfo/{fd}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])


def descendants(pid):
    """Every process below one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                pass
    found, new = set(), {pid}
    while new:
        new = {one for one, parent in parents.items() if parent in new} - found
        found |= new
    return found


def alive(pids):
    """Those that run, not counting zombies."""
    left = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                left.add(pid)
        except OSError:
            pass
    return left


def wait_gone(pids, seconds=5):
    """Wait until none of them runs; those left over."""
    until = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.02)
    return alive(pids)


def is_root():
    return os.getuid() == 0
