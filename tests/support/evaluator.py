"""A trivial serve function for tests: runs code it is sent, answers with the value of `answer`."""

import json
import os
import struct
from pathlib import Path

# What the zygote could do: this module is imported there.
ZYGOTE = {
    "proc/sys read-only": bool(os.statvfs("/proc/sys").f_flag & os.ST_RDONLY)
    if os.path.exists("/proc/sys")
    else None,
    "root read-only": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
    "uid": os.getuid(),
    "status": Path("/proc/self/status").read_text() if os.path.exists("/proc/self/status") else "",
}


def serve(sock):
    names = {"__name__": "__main__", "ZYGOTE": ZYGOTE}
    stream = sock.makefile("rwb")
    while head := stream.read(4):
        code = stream.read(struct.unpack(">I", head)[0]).decode()
        names.pop("answer", None)
        try:
            exec(compile(code, "<cell>", "exec"), names)
            reply = {"answer": names.get("answer")}
        except Exception as error:
            reply = {"error": type(error).__name__, "text": str(error)}
        data = json.dumps(reply, default=repr).encode()
        stream.write(struct.pack(">I", len(data)) + data)
        stream.flush()
