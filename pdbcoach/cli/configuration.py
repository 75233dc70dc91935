"""The project's configuration: ``[tool.pdbcoach]`` in its pyproject.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pdbcoach.errors import PdbcoachError

_FILE = "pyproject.toml"
_KEYS = {"sandbox": bool}


def in_sandbox(asked: bool | None = None, folder: Path | None = None) -> bool:
    """Return whether programs run in a sandbox: as asked on the command line, else as configured.

    The configuration is looked for in ``folder``, by default the current directory, and above it. Raises
    PdbcoachError if a sandbox is wanted but not possible, instead of running without one.
    """
    wanted = _configured(folder or Path.cwd()).get("sandbox", False) if asked is None else asked
    if wanted:
        from pdbcoach.engine import sandbox

        sandbox.check()
    return bool(wanted)


def _configured(folder: Path) -> dict[str, Any]:
    """Return the table of the nearest file that has one, in the folder or above. Raises PdbcoachError."""
    for here in (folder, *folder.parents):
        file = here / _FILE
        try:
            if not file.is_file():
                continue
            text = file.read_bytes()
        except OSError as problem:
            raise PdbcoachError(
                f"{file} cannot be read: {problem.strerror}", "it may say that programs run in a sandbox"
            ) from None
        if b"pdbcoach" in text:  # parsing TOML takes longer than everything else here
            table = _table(file, text)
            if table is not None:
                return table
    return {}


def _table(file: Path, text: bytes) -> dict[str, Any] | None:
    import tomllib

    try:
        tools = tomllib.loads(text.decode()).get("tool", {})
    except ValueError as error:
        raise PdbcoachError(f"{file} is not valid TOML: {error}") from None
    if "pdbcoach" not in tools:
        return None
    table: dict[str, Any] = tools["pdbcoach"]
    for key, value in table.items():
        if key not in _KEYS:
            raise PdbcoachError(
                f"{file}: unknown key `{key}` in [tool.pdbcoach]", f"known are {', '.join(_KEYS)}"
            )
        if not isinstance(value, _KEYS[key]):
            raise PdbcoachError(f"{file}: `{key}` in [tool.pdbcoach] must be true or false")
    return table
