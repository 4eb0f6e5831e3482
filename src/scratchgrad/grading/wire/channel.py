"""Messages over a stream socket, each with one deadline from first to last byte."""

import select
import struct
from math import ceil
from time import monotonic

from .decoder import decode
from .encoder import encode
from .limits import DEFAULT_CAPS, WireError

_LENGTH = struct.Struct("<I")
_READ = 1 << 16  # room for the next message
_KEEP = 1 << 20  # more room than this is given back


class ChannelClosed(WireError):
    """The other side is gone, or the channel was given up."""


class DeadlineExceeded(WireError):
    """A message was not through by its deadline."""


class Channel:
    """Values over a connected stream socket.

    After any error in sending or receiving bytes the channel is given up: what would come next
    is the middle of a message. Only what the other side sent before it closed can still be read.

    Parameters
    ----------
    sock : socket.socket
        Owned by the channel from now on.
    caps : Caps
    trusted : bool
        Whether the other side is, as for `decode`.
    """

    def __init__(self, sock, caps=DEFAULT_CAPS, *, trusted=False):
        sock.setblocking(False)
        self._sock, self._caps, self._trusted = sock, caps, trusted
        self._buffer, self._have = bytearray(_READ), 0
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(sock, select.POLLIN)
        self._writable.register(sock, select.POLLOUT)

    def fileno(self):
        """Descriptor of the socket; -1 when closed."""
        return self._sock.fileno()

    def close(self):
        """Close the socket. What was not read is lost."""
        self._sock.close()
        self._have = 0

    def send(self, value, deadline=None, *, handles=None):
        """Send one value.

        Parameters
        ----------
        value : object
        deadline : float, optional
            `time.monotonic()` by which the last byte is with the system.
        handles : callable, optional
            As for `encode`.
        """
        message = encode(value, handles=handles, caps=self._caps)
        parts = [_LENGTH.pack(len(message)), memoryview(message)]
        try:
            while parts:
                try:
                    sent = self._sock.sendmsg(parts)
                except BlockingIOError:
                    self._wait(self._writable, deadline)
                    continue
                while parts and sent >= len(parts[0]):
                    sent -= len(parts.pop(0))
                if parts:
                    parts[0] = parts[0][sent:]
                    self._check(deadline)
        except (BrokenPipeError, ConnectionResetError) as error:
            # What the other side has sent before can still be read.
            raise ChannelClosed(f"the other side closed the channel: {error}") from None
        except (OSError, ValueError) as error:
            self._give_up(error)
        except BaseException:
            self.close()
            raise

    def receive(self, deadline=None):
        """Receive one value.

        Parameters
        ----------
        deadline : float, optional
            `time.monotonic()` by which the whole message is there.

        Returns
        -------
        object
            As `decode` returns it.
        """
        try:
            self._fill(_LENGTH.size, deadline)
            (size,) = _LENGTH.unpack_from(self._buffer)
            if size > self._caps.message:
                raise WireError("a message that is too large")
            end = _LENGTH.size + size
            self._fill(end, deadline)
        except (OSError, ValueError) as error:
            self._give_up(error)
        except BaseException:
            self.close()
            raise
        try:
            message = memoryview(self._buffer)[_LENGTH.size : end]
            return decode(message, self._caps, trusted=self._trusted)
        finally:
            self._drop(end)

    def pending(self):
        """Whether something is there to be received, be it the end of the channel.

        A request must find the channel quiet: an answer that is there before
        the question was made up, or comes from a second process.
        """
        if self.fileno() < 0:  # its number may by now be another file's
            raise ChannelClosed("the channel is closed")
        return self._have > 0 or bool(self._readable.poll(0))

    def _fill(self, size, deadline):
        """Read until `size` bytes are there, with room only for what comes."""
        while self._have < size:
            if self._have == len(self._buffer):
                # A new one: views of the old one may live on in a traceback.
                room = bytearray(max(_READ, min(size, 4 * self._have)))
                room[: self._have] = self._buffer
                self._buffer = room
            try:
                count = self._sock.recv_into(memoryview(self._buffer)[self._have :])
            except BlockingIOError:
                self._wait(self._readable, deadline)
                continue
            if not count:
                raise ChannelClosed("the other side closed the channel")
            self._have += count
            if self._have < size:
                self._check(deadline)

    def _drop(self, end):
        """Forget a message; keep what came after it."""
        rest = self._buffer[end : self._have]
        if len(self._buffer) > _KEEP:
            self._buffer = bytearray(max(_READ, len(rest)))
        self._buffer[: len(rest)] = rest
        self._have = len(rest)

    def _wait(self, poll, deadline):
        if deadline is None:
            poll.poll()
        else:
            poll.poll(ceil(1000 * min(max(0, deadline - monotonic()), 3600)))
            self._check(deadline)

    @staticmethod
    def _check(deadline):
        if deadline is not None and monotonic() >= deadline:
            raise DeadlineExceeded("no complete message by the deadline")

    def _give_up(self, error):
        self.close()
        raise ChannelClosed(f"the channel broke: {error}") from None
