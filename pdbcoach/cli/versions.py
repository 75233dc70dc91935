"""The versions that a report of a bug needs."""

from __future__ import annotations

import sys

import pdbcoach


def running() -> list[str]:
    """Return lines with the versions of pdbcoach, the Python that runs it, and the system."""
    import platform

    return [
        f"pdbcoach {pdbcoach.__version__}, run by Python {platform.python_version()} ({sys.executable})",
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]


def packages() -> str:
    """Return a line with the versions of the packages that this pdbcoach depends on."""
    return "packages: " + ", ".join(f"{name} {_version(name)}" for name in dependencies())


def dependencies() -> list[str]:
    """Return the names of the packages that this pdbcoach depends on."""
    from importlib import metadata  # 30 ms that most verbs need not pay

    from packaging.requirements import Requirement

    required = map(Requirement, metadata.requires("pdbcoach") or ())
    return [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "MISSING"
