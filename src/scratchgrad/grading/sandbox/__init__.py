"""Processes for learner code that can reach nothing of ours."""

from .child import Child, Ended, SandboxError, Worker
from .launch import SandboxUnavailable
from .limits import Limits
from .sandbox import Sandbox

__all__ = ["Child", "Ended", "Limits", "Sandbox", "SandboxError", "SandboxUnavailable", "Worker"]
