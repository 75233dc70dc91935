"""pdbcoach teaches Python's debugger with the real debugger: `Session` drives it."""

# Nothing is imported here: `python -m pdbcoach` still searches the current folder first.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from pdbcoach.engine.session import Session as Session

__version__ = "0.1.0"
__all__ = ["Session", "__version__"]


def __getattr__(name: str) -> object:
    # Imported late, so that `pdbcoach --version` does not load the engine.
    if name == "Session":
        from pdbcoach.engine.session import Session

        return Session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
