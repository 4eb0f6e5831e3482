"""What learners install: NumPy and Matplotlib only, and nothing else of ours."""

import subprocess
import sys

PROBE = """
import sys
from scratchgrad import checks
from scratchgrad.checks import figures
ours = sorted(name for name in sys.modules if name.startswith("scratchgrad"))
print([name for name in ours if not name.startswith("scratchgrad.checks")])
print(sorted(sys.modules.keys() & {"nbgrader", "nbformat", "IPython", "scipy", "rich"}))
"""


def test_checks_import_nothing_else():
    run = [sys.executable, "-c", PROBE]
    out = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["['scratchgrad']", "[]"]
