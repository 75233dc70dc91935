"""Whether a Python is among those that a specifier means."""

from __future__ import annotations


def admits(specifier: str, version: str) -> bool:
    """Whether the Python ``version``, such as ``3.13.0``, is in the PEP 440 ``specifier``; empty: any.

    A pre-release counts as the release that it leads to as well: PEP 440 alone would have 3.15.0b1
    neither in ``>=3.15`` nor in ``<3.15``, and an author who wrote both would assert nothing there.
    """
    if not specifier:
        return True
    # Late: it takes long to import, and few scenarios need it.
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    # Builds from a working tree call themselves "3.15.0a1+".
    exact = Version(version.rstrip("+"))
    specifiers = SpecifierSet(specifier)
    return specifiers.contains(exact, prereleases=True) or specifiers.contains(exact.base_version)
