"""What a submission may use."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; the defaults suit a teaching notebook with NumPy.

    Attributes
    ----------
    cpu_seconds : int
        Processor time of one worker, kept by the kernel (``RLIMIT_CPU``).
    wall_seconds : float
        Life of one worker, kept by its init: a backstop for the grader's own deadlines.
    cell_seconds : float
        Wall time of one cell. For the grader to keep: the sandbox knows no cells.
    submission_seconds : float
        Wall time of one submission, tests and reruns included. For the grader to keep.
    memory : int
        Bytes of address space of one worker beyond what the zygote had mapped; shared
        equally where `processes` allows more than one.
    total_memory : int
        Bytes of everything in one sandbox together, where a cgroup can be had.
    processes : int
        Processes of one worker. 1 forbids making any.
    threads : int
        Threads of one submission, all its workers together.
    descriptors, file_size : int
        Open files, and bytes of one file.
    tmp_bytes, tmp_files : int
        Bytes and number of files in /tmp, /dev/shm and the working folder together,
        beyond the submission's own.
    output_bytes : int
        What a worker may print. For the grader to keep.
    """

    cpu_seconds: int = 30
    wall_seconds: float = 120.0
    cell_seconds: float = 15.0
    submission_seconds: float = 180.0
    memory: int = 1024 * MIB
    total_memory: int = 4096 * MIB
    processes: int = 1
    threads: int = 16
    descriptors: int = 64
    file_size: int = 32 * MIB
    tmp_bytes: int = 64 * MIB
    tmp_files: int = 2048
    output_bytes: int = 1 * MIB

    def __post_init__(self):
        for name, value in vars(self).items():
            if not isinstance(value, (int, float)) or isinstance(value, bool) or not value > 0:
                raise ValueError(f"limit {name} must be a number above 0, got {value!r}")
