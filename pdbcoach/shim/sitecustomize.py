"""Starts the shim in a target interpreter, then removes all traces of itself."""

import os
import sys


def _start() -> None:
    """Import the shim as a private package, start it, and remove the package's name again."""
    warm = "PDBCOACH_WARM" in os.environ
    if warm:
        _import_for_pdb()
    package = type(sys)("_pdbcoach")
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    before = set(sys.modules)
    no_bytecode = sys.dont_write_bytecode
    sys.modules["_pdbcoach"] = package
    # Every target loads our modules, so their bytecode is worth writing.
    sys.dont_write_bytecode = "PDBCOACH_BYTECODE" not in os.environ
    try:
        from _pdbcoach import hooks

        if warm:
            from _pdbcoach.prefork import serve

            serve()  # returns in each program that it becomes
        hooks.start()
    finally:
        sys.dont_write_bytecode = no_bytecode
        for name in set(sys.modules) - before:
            del sys.modules[name]


def _import_for_pdb() -> None:
    """Import what every start of ``python -m pdb`` imports, and nothing else."""
    import contextlib
    import pdb  # noqa: F401
    import runpy  # noqa: F401

    if sys.version_info >= (3, 13):
        import argparse  # noqa: F401
    else:
        import getopt  # noqa: F401
    with contextlib.suppress(ImportError):  # a Python may be built without it
        import readline  # noqa: F401


def _next() -> None:
    """Run the next sitecustomize on the path, or fail as if there were none."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    sys.path_importer_cache.pop(here, None)
    del sys.modules["sitecustomize"]
    import sitecustomize  # noqa: F401  (raises the ImportError that site.py expects)


if "PDBCOACH_SOCKET" in os.environ or "PDBCOACH_WARM" in os.environ:
    try:
        _start()
    except Exception:
        if os.environ.get("PDBCOACH_DEBUG"):
            import traceback

            traceback.print_exc()
_next()
