"""``python -m pdbcoach``."""

from __future__ import annotations

import sys

from pdbcoach.cli import main

if __name__ == "__main__":
    sys.exit(main())
