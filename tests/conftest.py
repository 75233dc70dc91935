"""What holds for all tests: the same examples in CI every time, and no runner of GitHub that obeys them."""

from __future__ import annotations

import os

from hypothesis import settings

# Machines are loaded: no test has a deadline. In CI the examples are the same in every run.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))

os.environ.pop("GITHUB_ACTIONS", None)
