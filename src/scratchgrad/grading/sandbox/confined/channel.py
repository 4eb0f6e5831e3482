"""Messages between the trusted side, the zygote and a child's init: JSON, bytes and descriptors.

Learner code never holds an end of such a channel.
"""

import json
import os
import socket
import struct

_CLOEXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
_HEAD = 1 << 22


def send(sock, message, blobs=(), fds=()):
    """Send a message.

    Parameters
    ----------
    sock : socket.socket
    message : dict
        Anything JSON can say.
    blobs : sequence of bytes
    fds : sequence of int
        Descriptors to pass; they stay open here.
    """
    head = json.dumps([message, [len(blob) for blob in blobs]]).encode()
    data = b"".join((struct.pack(">I", len(head)), head, *blobs))
    sent = socket.send_fds(sock, [data], list(fds)) if fds else sock.send(data)
    if sent < len(data):
        sock.sendall(memoryview(data)[sent:])


def receive(sock):
    """Receive a message, waiting for all of it.

    Returns
    -------
    message : dict
    blobs : list of bytes
    fds : list of int

    Raises
    ------
    EOFError
        The other side is gone.
    """
    try:
        start, fds, _, _ = socket.recv_fds(sock, 4, 4, _CLOEXEC)
    except ConnectionError as error:
        raise EOFError("the channel is closed") from error
    try:
        size = struct.unpack(">I", start + _exactly(sock, 4 - len(start)))[0]
        if size > _HEAD:
            raise EOFError("a message is too long")
        message, sizes = json.loads(_exactly(sock, size))
        return message, [_exactly(sock, size) for size in sizes], fds
    except BaseException:
        for fd in fds:
            os.close(fd)
        raise


def _exactly(sock, size):
    parts = []
    while size:
        try:
            part = sock.recv(min(size, 1 << 20))
        except ConnectionError as error:
            raise EOFError("the channel is closed") from error
        if not part:
            raise EOFError("the channel is closed")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
