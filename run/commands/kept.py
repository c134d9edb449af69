"""What a command reads, which it must not write over."""

from collections.abc import Iterable
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.textures import files_of_texture


def require_kept(option: str, targets: Iterable[Path], path: Path, case: Case) -> None:
    """Refuse to write where the case lies, or a drawing, mesh, module or texture that it names.

    Args:
        option: that named the targets, with its value, for the message.
        targets: files and folders that will be replaced.
        path: of the case.
        case: as it was read.

    Raises:
        InputError: such a file is one of the targets, or lies in one, by whatever links.
    """
    real = {target.resolve(): target for target in targets}
    drawing = case.layout.get("path")
    drawn = [Path(drawing)] if isinstance(drawing, str) else []
    textures = files_of_texture(case.initial.texture)
    for given in [path, *drawn, *case.modules().values(), *textures]:
        place = given.resolve()
        over = next((real[p] for p in (place, *place.parents) if p in real), None)
        if over is not None:
            raise InputError(
                f"{option}: {over} would be written over {given}, which is read; name another place"
            )
