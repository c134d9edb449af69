"""Pictures of a run, made from its folder alone, without a display."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hebbfilm.run.folder import files
from hebbfilm.run.pictures.formats import PNG, Form
from hebbfilm.run.pictures.hands import Order, share_out
from hebbfilm.run.pictures.of_run import names_of

if TYPE_CHECKING:
    from mpi4py import MPI


def draw_all(
    run_folder: Path | str,
    must_stop: Callable[[], bool] = lambda: False,
    comm: MPI.Intracomm | None = None,
    *,
    names: Sequence[str] | None = None,
    form: Form = PNG,
    few: bool = False,
    shown: bool = False,
) -> list[Path] | None:
    """Draw every picture of a run, or some, into its folder `pictures/`.

    Several at once: on all ranks of a communicator, or, where there is one rank alone, in as many
    processes as there are cores for it.

    Args:
        run_folder: a complete run folder.
        must_stop: asked before each picture; on any rank.
        comm: ranks that share the work, for which this call is collective; None for none but this
            process, which then starts further ones.
        names: of pictures, or patterns of names like "current_*"; None for all.
        form: of the files.
        few: leave out the pictures of single snapshots.
        shown: whether rank 0 shows progress.

    Returns:
        The files written, on rank 0; None if it had to stop. They are those of each snapshot (see
        `snapshot_pictures`), textures.png, conductance.png, temperature.png with heat,
        weights.png, overview.png, recall.png unless all weights are 0, recall_on_chip.png where a
        circuit recalled, displacement.png and texture_measures.png where these were measured, and
        device.png where all contacts are pads and not many. Of a run without patterns those of
        snapshots, conductance.png if it has pairs of contacts, temperature.png with heat,
        texture_measures.png where they were measured, and hysteresis.png if it swept the applied
        field.

    Raises:
        InputError: a file of the run is missing or damaged, a name is not known, or a picture
            cannot be written.
    """
    folder = Path(run_folder)

    def order() -> Order:
        chosen = names_of(folder, few=few, asked=names)
        return Order(folder, tuple(chosen), folder / files.PICTURES, replace(form, dpi=form.dots))

    return share_out(order, must_stop, comm, shown=shown)
