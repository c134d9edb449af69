"""Tables of waveforms that a case names by their files: read at once, so that a case has it all."""

from collections.abc import Mapping
from typing import Any

from hebbfilm.solvers.drives.table import Table


def with_tables_read(content: Any, top: bool = True) -> Any:
    """What a case holds, with the times and values of tables in place of their files.

    Args:
        content: of the case with whole paths, nested mappings and lists; it stays as it is.
        top: whether it is the whole case.

    Raises:
        InputError: a file that cannot be read, or is no table.
    """
    if isinstance(content, list | tuple):
        return [with_tables_read(each, False) for each in content]
    if not isinstance(content, Mapping):
        return content
    found = {
        # What [layout] names is no table.
        key: value if top and key == "layout" else with_tables_read(value, False)
        for key, value in content.items()
    }
    path = found.get("path")
    if found.get("kind") == "table" and isinstance(path, str):
        beside = {key: found[key] for key in ("times", "values") if key in found}
        table = Table(amplitude=1.0, path=path, **beside)
        del found["path"]
        found |= {"times": list(table.times), "values": list(table.values)}
    return found
