from __future__ import annotations

from hypothesis import settings

# How long an example takes says nothing on a loaded machine, and no folder is left in the project's.
settings.register_profile("matching", deadline=None, database=None)
settings.load_profile("matching")
