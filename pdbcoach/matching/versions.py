"""Whether a specifier admits a version of Python."""

from __future__ import annotations


def admits(specifier: str, version: str) -> bool:
    """Return whether the Python ``version`` (``3.13.0``) is in the PEP 440 ``specifier``; empty admits any.

    A pre-release also counts as its release. By PEP 440 alone, 3.15.0b1 would be neither in ``>=3.15`` nor in
    ``<3.15``, and an author who wrote both would assert nothing on it.
    """
    if not specifier:
        return True
    # Imported late: it takes long, and few scenarios need it.
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    # Builds from a working tree have versions such as "3.15.0a1+".
    exact = Version(version.rstrip("+"))
    specifiers = SpecifierSet(specifier)
    return specifiers.contains(exact, prereleases=True) or specifiers.contains(exact.base_version)
