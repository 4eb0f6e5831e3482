"""Peak memory of a grader and of its processes."""

import resource
from pathlib import Path


def peaks_of(grader):
    """Peak resident memory of this process and of the largest other one, in MiB.

    Parameters
    ----------
    grader : Grader

    Returns
    -------
    dict of str to float
    """
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    largest = max(map(_high_water, _descendants(grader.processes)), default=0) / 2**20
    return {"this process": here, "largest child process": largest}


def _descendants(pids):
    found = list(pids)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def _high_water(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0
