"""The system calls that learner code may not make."""

import errno
import tempfile

FORBIDDEN = """
    mount umount umount2 pivot_root chroot move_mount open_tree open_tree_attr fsopen fsconfig
    fsmount fspick mount_setattr statmount listmount unshare setns swapon swapoff quotactl
    quotactl_fd name_to_handle_at open_by_handle_at ptrace process_vm_readv process_vm_writev
    process_madvise process_mrelease pidfd_open pidfd_getfd pidfd_send_signal kcmp move_pages
    migrate_pages keyctl add_key request_key bpf perf_event_open io_uring_setup io_uring_enter
    io_uring_register userfaultfd seccomp lookup_dcookie uselib personality modify_ldt
    init_module finit_module delete_module kexec_load kexec_file_load reboot syslog acct iopl
    ioperm vhangup sethostname setdomainname settimeofday clock_settime clock_settime64
    clock_adjtime clock_adjtime64 adjtimex nfsservctl _sysctl memfd_create memfd_secret shmget
    shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open
    mq_unlink fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch socket
    socketcall vmsplice
""".split()
_MORE_PROCESSES = "fork vfork execve execveat".split()
# Newer than many an installed libseccomp; they have these numbers on every architecture.
_NUMBERS = {"statmount": 457, "listmount": 458, "open_tree_attr": 467}
_NEW_NAMESPACES = 0x7E020000
_THREAD = 0x00010000


class FilterUnavailable(Exception):
    """libseccomp or its binding is missing."""


def build(processes=1):
    """Build the filter for this machine.

    What is refused fails with EPERM, so that honest code gets an exception that says so;
    clone3, whose flags a filter cannot read, with ENOSYS, at which the C library falls back to
    clone.

    Parameters
    ----------
    processes : int
        Above 1, new processes are allowed.

    Returns
    -------
    bytes
        A BPF program.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise FilterUnavailable(str(error)) from error
    refuse = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in FORBIDDEN + ([] if processes > 1 else _MORE_PROCESSES):
        _refuse(pyseccomp, rules, refuse, name)
    masked, not_equal = pyseccomp.MASKED_EQ, pyseccomp.NE
    if processes > 1:
        for bit in range(32):
            if _NEW_NAMESPACES >> bit & 1:
                rules.add_rule(refuse, "clone", pyseccomp.Arg(0, masked, 1 << bit, 1 << bit))
    else:
        rules.add_rule(refuse, "clone", pyseccomp.Arg(0, masked, _THREAD, 0))
        for bit in range(32):
            if _NEW_NAMESPACES >> bit & 1:
                flags = _THREAD | 1 << bit
                rules.add_rule(refuse, "clone", pyseccomp.Arg(0, masked, flags, flags))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # A limit of another process, such as init's, is anyone's to lower who has its user.
    rules.add_rule(refuse, "prlimit64", pyseccomp.Arg(0, not_equal, 0))
    for request in (0x5412, 0x541C):  # TIOCSTI and TIOCLINUX: typing into a terminal
        rules.add_rule(refuse, "ioctl", pyseccomp.Arg(1, masked, 0xFFFFFFFF, request))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _refuse(pyseccomp, rules, refuse, name):
    number = pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)
    if number == -1:
        number = _NUMBERS.get(name, -1)
    # Other negative numbers are libseccomp's own, for calls that this architecture lacks.
    if number >= 0:
        rules.add_rule(refuse, number)
