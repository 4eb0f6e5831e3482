"""One deadline per message, whatever the other side does."""

import array
import os
import socket
import struct
import threading
import time

import numpy as np
import pytest

from forked import MB, forked
from scratchgrad.grading.wire import (
    Caps,
    Channel,
    ChannelClosed,
    DeadlineExceeded,
    WireError,
    encode,
)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    yield channel, theirs
    channel.close()
    theirs.close()


def soon(seconds=0.2):
    return time.monotonic() + seconds


def frame(value):
    message = encode(value)
    return struct.pack("<I", len(message)) + message


def test_messages_cross_both_ways(pair):
    channel, theirs = pair
    other = Channel(theirs)
    big = np.random.default_rng(1).random((2000, 1000))

    def serve():
        for _ in range(3):
            other.send(("reply", other.receive(soon(20))), soon(20))

    server = threading.Thread(target=serve)
    server.start()
    for value in (1, "text", big):
        channel.send(value, soon(20))
        reply, result = channel.receive(soon(20))
        assert reply == "reply" and np.array_equal(result, value)
    server.join()
    assert not channel.pending()


def test_messages_that_come_in_one_piece_or_in_many(pair):
    channel, theirs = pair
    theirs.sendall(frame([1]) + frame([2]) + frame([3])[:5])
    assert channel.receive(soon()) == [1]
    assert channel.pending()
    assert channel.receive(soon()) == [2]
    theirs.sendall(frame([3])[5:])
    assert channel.receive(soon()) == [3]


@pytest.mark.parametrize("gap", [0, 0.01])
def test_a_trickle_ends_at_the_deadline(pair, gap):
    channel, theirs = pair
    stop = threading.Event()

    def trickle():
        theirs.sendall(struct.pack("<I", 60 * MB))
        while not stop.is_set():
            try:
                theirs.send(b"\0")
            except OSError:
                return
            time.sleep(gap)

    thread = threading.Thread(target=trickle)
    thread.start()
    start = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        channel.receive(soon())
    assert 0.15 < time.monotonic() - start < 2
    stop.set()
    thread.join()
    with pytest.raises(ChannelClosed):  # what comes next is the middle of a message
        channel.receive(soon())
    with pytest.raises(ChannelClosed):
        channel.send(1, soon())
    with pytest.raises(ChannelClosed):
        channel.pending()


class Busy:
    """A socket that is always ready, for one byte."""

    def __init__(self, sock):
        self.sock = sock

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def recv_into(self, room):
        room[0] = 1
        return 1

    def sendmsg(self, parts):
        return 1


def test_a_peer_that_is_always_ready_ends_at_the_deadline_too(pair):
    with pytest.raises(DeadlineExceeded):
        Channel(Busy(pair[1])).receive(soon())
    with socket.socket() as sock, pytest.raises(DeadlineExceeded):
        Channel(Busy(sock)).send(np.zeros(1 << 20), soon())


def test_silence_ends_at_the_deadline(pair):
    with pytest.raises(DeadlineExceeded):
        pair[0].receive(soon())


def test_a_peer_that_does_not_read_ends_at_the_deadline(pair):
    start = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        pair[0].send(np.zeros(4 << 20), soon())
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("sent", [b"", b"\x05", frame([1, 2])[:-1]])
def test_the_end_in_the_middle(pair, sent):
    channel, theirs = pair
    theirs.sendall(sent)
    theirs.close()
    with pytest.raises(ChannelClosed):
        channel.receive(soon())


def test_a_peer_that_went_away(pair):
    channel, theirs = pair
    theirs.close()
    assert channel.pending()
    with pytest.raises(ChannelClosed):
        for _ in range(3):
            channel.send(np.zeros(1000), soon())


def test_a_length_costs_nothing_before_its_bytes_are_there(pair):
    channel, theirs = pair
    theirs.sendall(struct.pack("<I", 64 * MB) + bytes(100_000))

    def receive():
        try:
            channel.receive(soon())
        except WireError as error:
            return type(error)

    result, cost = forked(receive, memory=24 * MB)
    assert result is DeadlineExceeded and cost["memory"] < 8 * MB


def test_a_length_over_the_cap_is_refused_at_once(pair):
    channel, theirs = pair
    theirs.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(WireError, match="too large"):
        channel.receive(soon(20))
    with pytest.raises(ChannelClosed):
        channel.receive(soon())


def test_a_value_that_cannot_cross_leaves_the_channel_in_order(pair):
    channel, theirs = pair
    with pytest.raises(WireError):
        channel.send(lambda: 0, soon())
    channel.send(1, soon())
    assert Channel(theirs).receive(soon()) == 1


def test_a_malformed_message_leaves_the_next_one_readable(pair):
    channel, theirs = pair
    theirs.sendall(struct.pack("<I", 5) + b"\1\0\0\0\xc1" + frame([2]))
    with pytest.raises(WireError):
        channel.receive(soon())
    assert channel.receive(soon()) == [2]


def test_descriptors_sent_along_are_dropped(pair):
    channel, theirs = pair
    before = len(os.listdir("/proc/self/fd"))
    with open(os.devnull) as file:
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()] * 50))
        theirs.sendmsg([frame(1)], [rights])
    assert channel.receive(soon()) == 1
    assert len(os.listdir("/proc/self/fd")) == before


def test_caps_of_a_channel_hold(pair):
    channel, theirs = pair
    small = Channel(theirs, Caps(message=100))
    channel.send(np.zeros(1000), soon())
    with pytest.raises(WireError):
        small.receive(soon())
