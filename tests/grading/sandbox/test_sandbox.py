# ruff: noqa: E501
"""Attacks on the sandbox, tried inside a worker. Names give the item of hardening.md or attacks.md.

Run as root and as an ordinary user; `mutants.py` breaks each protection and sees a test fail.
"""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import scratchgrad
from sandboxing import EVALUATOR, alive, descendants, host_pid, is_root, make, post, run, wait_gone
from scratchgrad.grading.sandbox import SandboxUnavailable, seccomp
from scratchgrad.grading.sandbox.limits import MIB, Limits

SOURCE = Path(scratchgrad.__file__).parents[1]


SMALL = Limits(
    cpu_seconds=2, wall_seconds=20, memory=256 * MIB, tmp_bytes=8 * MIB, tmp_files=200, file_size=4 * MIB,
    total_memory=2048 * MIB,
)  # fmt: skip
RAW = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def raw(number, *values):
    ctypes.set_errno(0)
    result = libc.syscall(*[ctypes.c_long(value) for value in (number, *values)])
    return ctypes.get_errno() if result < 0 else 0
"""


@pytest.fixture(scope="module")
def sandbox():
    with make(limits=SMALL) as made:
        yield made


@pytest.fixture(scope="module")
def busy():
    """One that lets workers make processes."""
    limits = Limits(**(vars(SMALL) | {"processes": 6, "threads": 4, "cpu_seconds": 20}))
    with make(limits=limits) as made:
        yield made


@pytest.fixture
def child(sandbox):
    with sandbox.spawn() as made:
        yield made


@pytest.fixture
def worker(child):
    return child.start_worker()


def number(name):
    import pyseccomp

    return pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)


# What honest work needs


def test_honest_work_runs(sandbox):
    with sandbox.spawn({"data/x.csv": b"1,2\n", "util.py": b"def f(): return 7"}) as child:
        worker = child.start_worker()
        assert (
            run(
                worker,
                "import numpy as np; answer = float(np.loadtxt('data/x.csv', delimiter=',').sum())",
            )
            == 3
        )
        assert run(worker, "import util; answer = util.f()") == 7
        assert run(worker, "import os; answer = sorted(os.listdir('.'))") == ["data", "util.py"]
        assert (
            run(worker, "import tempfile; open(tempfile.mktemp(), 'w').write('x'); answer = 1") == 1
        )
        threads = """
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(4) as pool: answer = sum(pool.map(abs, range(-9, 9)))
        """
        assert run(worker, threads) == 81
        assert run(worker, "import asyncio; answer = asyncio.run(asyncio.sleep(0, 5))") == 5
        assert (
            run(
                worker,
                "import sqlite3; sqlite3.connect('a.db').execute('create table t (x)'); answer = 1",
            )
            == 1
        )
        assert worker.cpu_seconds() > 0


def test_worker_tells_how_it_ended(child):
    for code, reason, exit_code, killer in (
        ("import os; os._exit(7)", "exited", 7, None),
        ("import sys; sys.exit(3)", "exited", 3, None),
        ("import ctypes; ctypes.string_at(0)", "crashed", None, signal.SIGSEGV),
        ("import os; os.abort()", "crashed", None, signal.SIGABRT),
        ("open('x','wb').write(bytes(5 << 20))", "file_size", None, signal.SIGXFSZ),
    ):
        if reason == "file_size":
            code = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL);" + code
        worker = child.start_worker()
        assert run(worker, code) == "EOF"
        ended = worker.wait(5)
        assert (ended.reason, ended.exit_code, ended.signal) == (reason, exit_code, killer)
        assert ended.peak_memory > MIB


def test_memory_of_a_worker_is_known_while_it_runs_and_afterwards(child):
    worker = child.start_worker()
    assert run(worker, "answer = 1") == 1
    before = worker.peak_memory()
    assert run(worker, "answer = len(bytearray(b'x') * (100 << 20))") == 100 * MIB
    assert before + 90 * MIB < worker.peak_memory() < before + 120 * MIB
    assert child.peak_memory() == worker.peak_memory()
    worker.kill()
    assert worker.wait(5) is not None
    assert child.peak_memory() == worker.peak_memory() > before + 90 * MIB


def test_children_can_be_made_ahead(sandbox):
    children = [sandbox.spawn({"n": b"%d" % i}) for i in range(5)]
    answers = [run(child.start_worker(), "answer = open('n').read()") for child in children]
    for child in children:
        child.close()
    assert answers == list("01234")


# hardening 1 and 4, attacks 22 and 27: /proc, command lines, environment


def test_1_no_proc_to_write(worker):
    assert run(worker, "import os; answer = os.listdir('/proc')") == []
    for path in (
        "/proc/sys/kernel/core_pattern",
        "/proc/self/mem",
        "/proc/1/environ",
        "/proc/self/oom_score_adj",
    ):
        assert run(worker, f"open({path!r}, 'r+b')") in ("FileNotFoundError", "PermissionError")
    assert run(worker, "open('/proc/x', 'w')") in ("OSError", "PermissionError")


def test_1_zygote_cannot_write_proc_sys(worker):
    zygote = run(worker, "answer = ZYGOTE")
    assert zygote["proc/sys read-only"] and zygote["root read-only"] and zygote["uid"] != 0
    status = dict(line.split(":\t", 1) for line in zygote["status"].splitlines() if ":\t" in line)
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    if is_root():
        uids = Path(f"/proc/{host_pid(worker.child._sandbox._fd)}/status").read_text()
        assert "\nUid:\t0" not in uids and "\nGroups:\t\n" in uids.replace(" ", "")


def test_4_nothing_tells_host_paths(sandbox, worker):
    run(worker, "answer = 1")
    # Engines of other tests, which live as long as the session, are trusted and may tell.
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(os.getpid())}
    engines = [pid for pid, line in lines.items() if b"scratchgrad.grading.warm" in line]
    others = {pid for engine in engines for pid in (engine, *descendants(engine))}
    shown = b"".join(line for pid, line in lines.items() if pid not in others)
    assert b"bwrap" in shown
    for secret in (str(EVALUATOR.parent), sys.prefix, sys.base_prefix, os.path.expanduser("~")):
        assert secret in ("/", "/usr") or secret.encode() not in shown


def test_27_environment_is_ours(worker, monkeypatch):
    environment = run(worker, "import os; answer = dict(os.environ)")
    allowed = "HOME USER LOGNAME TMPDIR LANG TZ TERM MPLBACKEND NBGRADER_EXECUTION MPLCONFIGDIR IPYTHONDIR PWD LD_LIBRARY_PATH"
    assert set(environment) <= {
        *allowed.split(),
        "MALLOC_ARENA_MAX",
        *(n for n in environment if n.endswith("THREADS")),
    }
    for value in (str(Path.home()), sys.base_prefix, str(EVALUATOR.parent)):
        assert value in ("/", "/usr") or value not in str(environment)


# hardening 2: rights


def test_2_cannot_unmount_or_mount(worker):
    code = (
        RAW
        + f"""
import os
before = os.stat('/tmp').st_dev, os.stat('/').st_dev
calls = dict(
    umount=raw({number("umount2")}, 0, 2), user=raw({number("unshare")}, 0x10000000),
    mounts=raw({number("unshare")}, 0x20000), chroot=raw({number("chroot")}, 0),
)
calls['umount /tmp'] = libc.umount2(b'/tmp', 2)
calls['mount'] = libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)
calls['remount'] = libc.mount(None, b'/', None, 32, None)
answer = [calls, before == (os.stat('/tmp').st_dev, os.stat('/').st_dev), before[0] != before[1]]
"""
    )
    calls, same, own = run(worker, code)
    assert same and own
    assert calls == {
        "umount": 1, "user": 1, "mounts": 1, "chroot": 1, "umount /tmp": -1, "mount": -1, "remount": -1
    }  # fmt: skip


def test_2_no_capabilities(worker):
    code = (
        RAW
        + """
header = (ctypes.c_uint32 * 2)(0x20080522, 0); data = (ctypes.c_uint32 * 6)()
assert libc.capget(header, data) == 0
bound = [libc.prctl(23, c) for c in range(40)]
answer = [list(data), max(bound), libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0), libc.prctl(3, 0, 0, 0, 0), libc.prctl(47, 1, 0, 0, 0)]
"""
    )
    # capabilities, bounding set, no_new_privs, seccomp mode, dumpable, ambient
    assert run(worker, code) == [[0] * 6, 0, 1, 2, 0, 0]


def test_2_system_calls_are_refused(worker):
    names = [name for name in seccomp.FORBIDDEN if number(name) >= 0]
    assert len(names) > 75
    numbers = [number(name) for name in names] + [457, 458, 467]
    answers = run(worker, RAW + f"answer = [raw(n, -1, -1, -1, -1, -1) for n in {numbers}]")
    assert {
        name: code for name, code in zip(names, answers, strict=False) if code != errno.EPERM
    } == {}
    assert answers[-3:] == [errno.EPERM] * 3


def test_2_other_processes_are_out_of_reach(child):
    first, second = child.start_worker(), child.start_worker()
    pid = run(second, "import os; answer = os.getpid()")
    code = (
        RAW
        + f"""
import os, resource
answer = []
for pid in (1, {pid}):
    answer.append([raw({number("ptrace")}, 16, pid, 0, 0), raw({number("process_vm_readv")}, pid, 0, 0, 0, 0, 0)])
    try: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)); answer.append('lowered')
    except PermissionError: pass
"""
    )
    assert run(first, code) == [[1, 1], [1, 1]]


def test_2_own_limits_stay(worker):
    code = """
        import resource
        answer = []
        for name in ('AS', 'CPU', 'FSIZE', 'NOFILE', 'NPROC', 'CORE', 'MEMLOCK'):
            kind = getattr(resource, 'RLIMIT_' + name)
            soft, hard = resource.getrlimit(kind)
            assert hard != resource.RLIM_INFINITY, name
            try: resource.setrlimit(kind, (hard + 1, hard + 1)); answer.append(name)
            except ValueError: pass
            try: resource.setrlimit(kind, (-1, -1)); answer.append(name)
            except ValueError: pass
    """
    assert run(worker, code) == []


# hardening 3 and 5, attacks 22, 30, 41: nothing stays and nothing is shared


def test_3_only_own_folders_are_writable(worker):
    code = """
        import os
        answer = []
        for folder, _, _ in os.walk('/'):
            path = folder + '/planted'
            try: os.close(os.open(path, os.O_CREAT | os.O_WRONLY)); os.unlink(path); answer.append(folder)
            except OSError: pass
    """
    assert sorted(run(worker, code)) == ["/dev/shm", "/notebook", "/tmp"]


def test_3_next_worker_and_child_find_nothing(sandbox):
    plant = """
        import os
        for folder in ('/tmp', '/dev/shm', '/notebook', '/', '/dev', '/sandbox'):
            try: open(folder + '/planted', 'w').write('x')
            except OSError: pass
        os.chmod('/notebook', 0); os.chmod('/tmp', 0)
        answer = os.path.exists('/dev/shm/planted')
    """
    look = """
        import os
        answer = [os.path.join(a, f) for a, d, fs in os.walk('/') for f in fs if f == 'planted']
        open('/notebook/new', 'w'); open('/tmp/new', 'w')
    """
    with sandbox.spawn() as child, sandbox.spawn() as other:
        first, beside = child.start_worker(), other.start_worker()
        assert run(first, plant) is True
        assert run(beside, look) == []
        assert run(child.start_worker(), look) == []
        third = child.start_worker()
        assert run(third, look) == []
        assert run(first, "open('/tmp/planted', 'w'); answer = 1") in (1, "PermissionError")
        assert run(first, "open('/dev/shm/planted', 'w'); answer = 1") == 1
        assert run(third, look) == []
        first.kill()
        assert run(child.start_worker(), look) == []
    with sandbox.spawn() as child:
        assert run(child.start_worker(), look) == []


def test_41_modules_are_fresh(sandbox):
    with sandbox.spawn() as child:
        poison = "import numpy as np, builtins; np.sin = None; builtins.sorted = None; np.random.seed(1); answer = 1"
        assert run(child.start_worker(), poison) == 1
        assert (
            run(
                child.start_worker(),
                "import numpy as np; answer = float(np.sin(0.0)) + len(sorted('a'))",
            )
            == 1
        )
    with sandbox.spawn() as child:
        assert (
            run(
                child.start_worker(),
                "import numpy as np; answer = float(np.sin(0.0)) + len(sorted('a'))",
            )
            == 1
        )


def test_5_no_sockets_between_children(sandbox):
    with sandbox.spawn() as one, sandbox.spawn() as two:
        serve = "import socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0meet'); s.listen(); answer = 1"
        connect = (
            "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0meet'); answer = 1"
        )
        first, second = one.start_worker(), two.start_worker()
        assert run(first, serve) == "PermissionError"
        assert run(second, connect) == "PermissionError"


@pytest.mark.skipif(os.getuid() != 0, reason="only root may look at the namespaces of others")
def test_5_namespaces_are_own(sandbox):
    with sandbox.spawn() as one, sandbox.spawn() as two:
        one.ready(), two.ready()
        pids = [os.getpid(), host_pid(sandbox._fd), host_pid(one._fd), host_pid(two._fd)]
        for kind in ("user", "mnt", "pid", "ipc", "net", "uts"):
            seen = [os.readlink(f"/proc/{pid}/ns/{kind}") for pid in pids]
            # The zygote of root has no user namespace of its own, but another user.
            assert len(set(seen)) == (3 if kind == "user" else 4), kind


def test_5_no_descriptors_but_the_channel(worker):
    code = """
        import os
        answer = []
        for fd in range(4096):
            try: os.fstat(fd); answer.append(fd)
            except OSError: pass
        answer.append([os.path.samestat(os.fstat(fd), os.stat('/dev/null')) for fd in (0, 1, 2)])
        import fcntl
        fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)
    """
    assert run(worker, code) == [0, 1, 2, 3, [True] * 3]
    again = "import fcntl, os; answer = fcntl.fcntl(1, fcntl.F_GETFL) & os.O_NONBLOCK"
    assert run(worker.child.start_worker(), again) == 0


def test_5_no_terminal(worker):
    assert run(worker, "open('/dev/tty')") in ("FileNotFoundError", "OSError")
    assert run(worker, "import os; answer = os.getsid(0) == os.getpid() == os.getpgid(0)") is True


# hardening 6, attacks 35 to 39: exhaustion


@pytest.mark.parametrize(
    "code",
    [
        "x = []\nwhile True: x.append(bytearray(1 << 20))",
        "import numpy as np; x = []\nwhile True: x.append(np.ones(1 << 20))",
        "import mmap; x = []\nwhile True:\n m = mmap.mmap(-1, 16 << 20); m.write(bytes(16 << 20)); x.append(m)",
        "import ctypes; x = ctypes.create_string_buffer(1 << 30)",
    ],
    ids=["bytes", "arrays", "shared maps", "at once"],
)
def test_6_memory_bombs_end_in_an_exception(child, code):
    worker = child.start_worker()
    assert run(worker, code) in ("MemoryError", "OSError", "_ArrayMemoryError", "PermissionError")
    assert run(worker, "x = m = None; answer = 1") == 1
    worker.kill()
    assert worker.wait(5).peak_memory < SMALL.memory + 200 * MIB


def test_6_memory_outside_of_processes_is_refused(worker):
    for code in (
        "import os; os.memfd_create('x')",
        "import multiprocessing.shared_memory as s; s.SharedMemory(create=True, size=1 << 30)",
        RAW + f"answer = 1 / (raw({number('shmget')}, 0, 1 << 30, 0o600) == 0)",
    ):
        assert run(worker, code) in (
            "PermissionError",
            "OSError",
            "ZeroDivisionError",
            "FileNotFoundError",
        )


def test_38_disk_floods_end(worker):
    code = """
        import os
        total = 0
        for folder in ('/tmp', '/dev/shm', '/notebook'):
            try:
                for i in range(100):
                    with open(f'{folder}/{i}', 'wb', buffering=0) as f:
                        total += f.write(bytes(1 << 20))
            except OSError as error: answer = error.errno
        count = 0
        try:
            for i in range(10 ** 6): os.mkdir(f'/tmp/many{i}'); count += 1
        except OSError: pass
        answer = [answer, total, count]
    """
    number, total, count = run(worker, code)
    assert number == errno.ENOSPC and total <= SMALL.tmp_bytes and count <= SMALL.tmp_files + 10


def test_38_descriptors_end(worker):
    code = """
        import os
        x = []
        try:
            while True: x.append(os.pipe())
        except OSError as error: answer = [error.errno, len(x)]
        for a, b in x: os.close(a); os.close(b)
    """
    number, pairs = run(worker, code)
    assert number == errno.EMFILE and pairs <= SMALL.descriptors // 2
    assert run(worker, "open('/dev/null').close(); answer = 1") == 1


def test_38_output_floods_go_nowhere(worker):
    assert (
        run(
            worker,
            "import os; [os.write(fd, bytes(1 << 20)) for fd in (1, 2) for _ in range(100)]; answer = 1",
        )
        == 1
    )


def test_37_no_processes(worker):
    code = (
        RAW
        + f"""
import os, subprocess, multiprocessing
answer = []
def fork(): os._exit(0) if os.fork() == 0 else None
for attempt in (fork, lambda: subprocess.run(['/sandbox/python/bin/python3']), lambda: os.posix_spawn('/bin/sh', ['sh'], {{}})):
    try: attempt(); answer.append('made one')
    except OSError as error: answer.append(error.errno)
answer += [raw({number("clone")}, 17, 0, 0, 0, 0), raw({number("clone3")}, 0, 0), raw({number("execve")}, 0, 0, 0)]
answer += [raw({number("clone")}, 0x100 | 0x10000 | 0x10000000, 0, 0, 0, 0)]
"""
    )
    answer = run(worker, code)
    assert answer[-4:] == [1, errno.ENOSYS, 1, 1] and "made one" not in answer
    if number("fork") >= 0:
        assert run(worker, RAW + f"answer = raw({number('fork')})") == 1
        assert run(worker, RAW + f"answer = raw({number('vfork')})") == 1


def test_37_threads_are_bounded(worker):
    code = """
        import threading, time
        threading.stack_size(64 << 10)
        x, stop = [], threading.Event()
        try:
            for _ in range(1000):
                t = threading.Thread(target=stop.wait, daemon=True); t.start(); x.append(t)
        except RuntimeError: pass
        answer = len(x); stop.set()
    """
    assert 4 <= run(worker, code) <= SMALL.threads + 10


def test_37_fork_bomb_is_bounded_and_ends(busy):
    child = busy.spawn()
    worker = child.start_worker()
    assert (
        run(
            worker, "import os; p = os.fork()\nif p == 0: os._exit(0)\nanswer = os.waitpid(p, 0)[1]"
        )
        == 0
    )
    before = descendants(os.getpid())
    post(worker, "import os\nwhile True:\n try: os.fork()\n except OSError: pass")
    time.sleep(0.5)
    made = descendants(os.getpid()) - before
    assert 1 <= len(made) <= 20
    child.close()
    assert alive(made) == set()


def test_29_daemons_end_with_their_worker(busy):
    with busy.spawn() as child:
        first, second = child.start_worker(), child.start_worker()
        assert run(second, "answer = 1") == 1
        before = descendants(os.getpid())
        daemon = """
            import os, signal, time
            for _ in range(2):
                if os.fork() == 0:
                    os.setsid()
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    if os.fork(): os._exit(0)
                    for fd in range(4): os.close(fd)
                    time.sleep(100); os._exit(0)
            answer = 1
        """
        assert run(first, daemon) == 1
        time.sleep(0.2)
        made = descendants(os.getpid()) - before
        assert len(made) >= 2
        post(first, "import os; os._exit(5)")
        assert first.wait(5).exit_code == 5
        assert wait_gone(made) == set()
        assert run(second, "answer = 2") == 2
        third = child.start_worker()
        run(third, daemon)
        made = descendants(os.getpid()) - before
        third.kill()
        assert third.wait(5).reason == "killed"
        assert wait_gone(made) == set()


def test_35_loops_are_killed_at_once(child):
    for code in (
        "import time\nwhile True:\n try: time.sleep(1)\n except BaseException: pass",
        "import signal\nfor s in set(signal.Signals) - {9, 19}: signal.signal(s, signal.SIG_IGN)\nwhile True: pass",
    ):
        worker = child.start_worker()
        post(worker, code)
        assert worker.wait(0.2) is None
        start = time.monotonic()
        worker.kill()
        assert worker.wait(5).reason == "killed"
        assert time.monotonic() - start < 1


def test_35_processor_time_ends(child):
    for code in (
        "while True: pass",
        "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
    ):
        worker = child.start_worker()
        post(worker, code)
        ended = worker.wait(10)
        assert ended.reason == "cpu" and 1.5 < ended.cpu_seconds < 3.5


def test_35_wall_time_ends_without_the_trusted_side():
    with make(limits=Limits(wall_seconds=0.5)) as sandbox, sandbox.spawn() as child:
        worker = child.start_worker()
        post(worker, "import time; time.sleep(100)")
        ended = worker.wait(5)
        assert ended.reason == "wall"


def test_39_segfault_costs_one_worker(child):
    first, second = child.start_worker(), child.start_worker()
    run(second, "x = 5")
    assert run(first, "import ctypes; ctypes.memset(0, 1, 1)") == "EOF"
    assert first.wait(5).signal == signal.SIGSEGV
    assert run(second, "answer = x") == 5
    assert run(child.start_worker(), "answer = 6") == 6


def test_6_init_is_deaf_to_signals(child):
    worker = child.start_worker()
    code = """
        import os, signal
        for number in range(1, 65):
            try: os.kill(1, number)
            except OSError: pass
        answer = os.getppid()
    """
    assert run(worker, code) == 1
    assert run(worker, "import os\ntry: os.kill(-1, 9)\nexcept OSError: answer = 1") == 1
    worker.kill()
    assert worker.wait(5).reason == "killed"
    assert run(child.start_worker(), "answer = 2") == 2


def test_5_descriptors_of_many_workers(child):
    workers = [child.start_worker() for _ in range(SMALL.descriptors + 10)]
    code = """
        import os
        answer = []
        for fd in range(4096):
            try: os.fstat(fd); answer.append(fd)
            except OSError: pass
    """
    assert run(workers[-1], code) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "call", ["os.kill(0, 9)", "os.killpg(0, 9)", "os.killpg(os.getpgid(0), 9)", "os.kill(-1, 9)"]
)
def test_6_no_signal_leaves_a_child(sandbox, child, call):
    with sandbox.spawn() as other:
        victim, worker = other.start_worker(), child.start_worker()
        child.ready()
        assert os.getpgid(host_pid(child._fd)) != os.getpgid(host_pid(sandbox._fd))
        assert run(victim, "x = 3") is None
        try:
            run(worker, f"import os; {call}")
        except TimeoutError:
            pass
        assert run(victim, "answer = x") == 3
        assert run(child.start_worker(), "answer = 4") == 4
    with sandbox.spawn() as another:
        assert run(another.start_worker(), "answer = 5") == 5


def test_6_preferred_victim(sandbox, worker):
    worker.child.ready()
    run(worker, "answer = 1")
    below = descendants(host_pid(worker.child._fd))
    assert below
    scores = {int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in below}
    assert scores == {1000}
    assert Path(f"/proc/{host_pid(sandbox._fd)}/oom_score_adj").read_text() != "1000\n"


@pytest.mark.skipif(os.getuid() != 0, reason="needs a control group")
def test_6_group_bounds_all_together():
    limits = Limits(memory=512 * MIB, total_memory=300 * MIB)
    with make(limits=limits) as sandbox:
        if not sandbox.cgroup:
            pytest.skip("no control group here")
        with sandbox.spawn() as child:
            worker = child.start_worker()
            assert run(worker, "x = []\nwhile True: x.append(bytearray(b'x' * (1 << 20)))") == "EOF"
            assert worker.wait(5).reason == "memory"
        with sandbox.spawn() as child:
            assert run(child.start_worker(), "answer = 1") == 1
        folder = sandbox.cgroup
    assert not os.path.exists(folder)


# hardening 7, attacks 22, 23, 33: the course, the network


def test_7_course_is_not_in_view(tmp_path):
    tmp_path.chmod(0o755)
    course = tmp_path / "course"
    package = course / "src/evaluator.py"
    package.parent.mkdir(parents=True)
    package.write_bytes(EVALUATOR.read_bytes())
    for name in ("source/secret-tests.ipynb", "secret-gradebook.db", "src/secret-tests.py"):
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).write_text("hidden")
    with make(packages=[package]) as sandbox, sandbox.spawn({"a.csv": b""}) as child:
        worker = child.start_worker()
        find = "import os; answer = [f for a, d, fs in os.walk('/') for f in fs if f.startswith(('secret-tests', 'secret-gradebook'))]"
        assert run(worker, find) == []
        for path in (course, course / "secret-gradebook.db", "/root", "/home", tmp_path):
            assert run(worker, f"import os; answer = os.stat({str(path)!r})") == "FileNotFoundError"
        assert run(worker, "import os; answer = os.listdir('.')") == ["a.csv"]
        assert run(worker, "import os; answer = os.listdir('/sandbox/own')") == ["evaluator.py"]


def test_7_hidden_folders_inside_of_packages(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "pack/source").mkdir(parents=True)
    (tmp_path / "pack/source/secret").write_text("hidden")
    (tmp_path / "pack/__init__.py").write_text("from .evaluator import serve")
    (tmp_path / "pack/evaluator.py").write_bytes(EVALUATOR.read_bytes())
    options = dict(
        packages=[tmp_path / "pack"], serve="pack:serve", hide=[tmp_path / "pack/source"]
    )
    with make(**options) as sandbox, sandbox.spawn() as child:
        assert (
            run(child.start_worker(), "import os; answer = os.listdir('/sandbox/own/pack/source')")
            == []
        )
    options["hide"] = [tmp_path / "pack"]
    with pytest.raises(SandboxUnavailable, match="hide"):
        make(**options)


def test_7_environment_inside_of_the_course(tmp_path):
    tmp_path.chmod(0o755)
    course = tmp_path / "course"
    course.mkdir()
    (course / "secret-tests.ipynb").write_text("hidden")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course / ".venv"], check=True)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; from sandboxing import *\n"
        "with make(preload=['json']) as s, s.spawn() as c:\n"
        " w = c.start_worker()\n"
        " print(run(w, 'import os, sys; answer = [sys.path, [f for a, d, fs in os.walk(\"/\") for f in fs]]'))\n"
    )
    import pyseccomp

    folders = [SOURCE, EVALUATOR.parent, Path(pyseccomp.__file__).parent]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [course / ".venv/bin/python", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert "/sandbox/packages/0" in done.stdout, done.stderr
    assert "secret-tests" not in done.stdout and str(course) not in done.stdout


@pytest.mark.parametrize(
    "family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_VSOCK", "AF_ALG", "AF_PACKET"]
)
def test_23_no_sockets(worker, family):
    assert (
        run(worker, f"import socket; socket.socket(socket.{family}, socket.SOCK_DGRAM)")
        == "PermissionError"
    )


def test_files_stay_inside(sandbox):
    for name in ("/etc/x", "../x", "a/../../x", "", "a\0b"):
        with sandbox.spawn() as child, pytest.raises(ValueError, match="path"):
            child.add_files({name: b""})


def test_28_closing_everything_is_an_ending(child):
    worker = child.start_worker()
    assert run(worker, "import os; os.closerange(0, 100); answer = 1") == "EOF"
    worker.kill()
    assert worker.wait(5)
    assert run(child.start_worker(), "answer = 1") == 1


# The end of everything


def test_close_leaves_nothing(sandbox):
    before = descendants(os.getpid())
    fds = set(os.listdir("/proc/self/fd"))
    child = sandbox.spawn()
    workers = [child.start_worker() for _ in range(3)]
    for worker in workers:
        run(worker, "answer = 1")
        post(worker, "while True: pass")
    made = descendants(os.getpid()) - before
    assert len(made) == 4
    child.close()
    assert alive(made) == set()
    assert all(worker.ended.reason == "lost" for worker in workers)
    assert set(os.listdir("/proc/self/fd")) == fds


@pytest.mark.parametrize("sandboxed", [True, False])
def test_everything_dies_with_the_trusted_process(sandboxed):
    # A fork holds the channels open, as a grader process would: their closing is no help.
    script = (
        f"import sys, time; sys.path[:0] = {[str(SOURCE), str(EVALUATOR.parent)]!r}; from sandboxing import *\n"
        f"s = make(preload=['json'], sandboxed={sandboxed}); c = s.spawn(); w = c.start_worker(); run(w, 'answer = 1')\n"
        "post(w, 'import signal\\nfor n in range(1, 32):\\n try: signal.signal(n, signal.SIG_IGN)\\n"
        " except OSError: pass\\nwhile True: pass')\n"
        f"grader = os.fork() if {sandboxed} else -1\n"
        "if grader: print(grader, flush=True)\n"
        "time.sleep(30)"
    )
    trusted = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    grader = int(trusted.stdout.readline())
    made = alive(descendants(trusted.pid)) - {grader}
    # Two of bubblewrap, then zygote, init and worker.
    assert len(made) == (5 if sandboxed else 3)
    trusted.kill()
    trusted.wait()
    trusted.stdout.close()
    left = wait_gone(made, 3)
    if sandboxed:
        os.kill(grader, signal.SIGKILL)
    assert left == set()


def test_a_dropped_child_ends(sandbox):
    child = sandbox.spawn()
    worker = child.start_worker()
    run(worker, "answer = 1")
    child.ready()
    made = {host_pid(child._fd)} | descendants(host_pid(child._fd))
    assert len(made) == 2
    child._control.close()
    assert wait_gone(made) == set()
    worker.socket.close()
    child._control = None
    sandbox._children.discard(child)


def test_survives_the_thread_that_made_it():
    box = []
    thread = threading.Thread(target=lambda: box.append(make(preload=["json"])))
    thread.start()
    thread.join()
    time.sleep(0.2)
    with box[0] as sandbox, sandbox.spawn() as child:
        assert run(child.start_worker(), "answer = 1") == 1


def test_refuses_without_bubblewrap(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match="apt-get install bubblewrap"):
        make()
    failing = tmp_path / "bwrap"
    failing.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n"
    )
    failing.chmod(0o755)
    with pytest.raises(SandboxUnavailable, match="No permissions to create new namespace"):
        make()


def test_without_a_sandbox_is_explicit_and_limited():
    limits = Limits(**(vars(SMALL) | {"wall_seconds": 1}))
    others = descendants(os.getpid())
    with make(limits=limits, sandboxed=False) as sandbox, sandbox.spawn({"a": b"1"}) as child:
        assert sandbox.sandboxed is False and child.sandboxed is False
        worker = child.start_worker()
        assert run(worker, "answer = open('a').read()") == "1"
        folder = run(worker, "import os; answer = os.getcwd()")
        assert run(worker, "x = []\nwhile True: x.append(bytearray(1 << 20))") == "MemoryError"
        post(worker, "while True: pass")
        assert worker.wait(5).reason == "wall"
        assert not os.path.exists(folder)
        worker = child.start_worker()
        run(worker, "answer = 1")
        made = descendants(os.getpid()) - others
        assert len(made) == 3
    assert wait_gone(made) == set()
