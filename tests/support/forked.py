"""Run something in a forked process with little memory and CPU time to spare."""

import ctypes
import os
import pickle
import resource
import time

MB = 1 << 20


def forked(function, *, memory=64 * MB, seconds=5):
    """Result of a function run with limits, with what it cost.

    Returns
    -------
    result : object
        What it returned, or the exception that it raised.
    cost : dict
        CPU seconds and growth of peak resident memory in bytes.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            # What the parent has freed must not pass for room.
            ctypes.CDLL(None).malloc_trim(0)
            with open("/proc/self/clear_refs", "w") as peak:
                peak.write("5")
            with open("/proc/self/statm") as statm:
                used = int(statm.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
            before, start = _resident(), time.process_time()
            try:
                result = function()
            except Exception as error:
                result = error
            cost = {"cpu": time.process_time() - start, "memory": _resident() - before}
            os.write(write, pickle.dumps((result, cost)))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    assert data, f"the process died of its limits (status {status})"
    return pickle.loads(data)


def _resident():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    raise AssertionError
