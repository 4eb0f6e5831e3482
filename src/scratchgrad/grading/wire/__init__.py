"""What crosses between the grader and the sandbox: plain data, nothing evaluated.

`encode` and `decode` turn values into bytes and back, `Channel` carries them
over a socket, and every failure is a `WireError`. Both sides use the same
code; only the trusted side needs to.
"""

from .channel import Channel, ChannelClosed, DeadlineExceeded
from .decoder import decode
from .encoder import encode, is_same
from .generators import GeneratorState
from .limits import DEFAULT_CAPS, Caps, WireError
from .marks import Callback, Dressed, Handle, Returned

__all__ = [
    "DEFAULT_CAPS",
    "Callback",
    "Caps",
    "Channel",
    "ChannelClosed",
    "DeadlineExceeded",
    "Dressed",
    "GeneratorState",
    "Handle",
    "Returned",
    "WireError",
    "decode",
    "encode",
    "is_same",
]
