from __future__ import annotations

from hypothesis import settings

# On a loaded machine, timing means nothing. Nothing is stored in the project's folder.
settings.register_profile("matching", deadline=None, database=None)
settings.load_profile("matching")
