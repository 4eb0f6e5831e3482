"""``python -m scratchgrad`` is the command ``scratchgrad``."""

import sys

from .cli import main

sys.exit(main())
