"""`hebbfilm view`: look at a run in 3D."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm view`."""
    parser = commands.add_parser(
        "view",
        help="look at a run in 3D, or save the view as a picture",
        description="Open a window on the film of a run, or save the view as a picture, without a "
        "display. In the window a slider and the arrow keys go through the snapshots, space plays "
        "them, and the keys at its lower edge change what is shown. A run at work can be looked "
        "at, too.",
    )
    parser.add_argument("run_folder", type=path_argument, metavar="RUN", help="run folder")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--snapshot", metavar="LABEL", help="label or number of the snapshot (default: the last)"
    )
    which.add_argument(
        "--time", metavar="T", help="the snapshot nearest to this time, such as 5e-9 or '5 ns'"
    )
    parser.add_argument(
        "--save", type=path_argument, metavar="PNG", help="write a picture; no display needed"
    )
    parser.add_argument(
        "--follow", action="store_true", help="show new snapshots of a run at work as they appear"
    )
    parser.add_argument(
        "--quantity",
        "--colour",
        default="m_z",
        metavar="WHAT",
        help="what colours the film: m_z (default), m_x, m_y, angle (the hue that of m in the "
        "plane, light up and dark down), charge (density of the topological charge), current, "
        "potential, temperature, oersted (its H_z), or a layer by its name (its current)",
    )
    parser.add_argument(
        "--streamlines", action="store_true", help="draw streamlines of the current"
    )
    parser.add_argument(
        "--clip",
        metavar="PLANE",
        help="cut away what lies beyond a plane: x, y or z, through the middle, or at a place, "
        "such as x=40e-9 or 'x=40 nm'",
    )
    parser.add_argument("--slice", metavar="PLANE", help="show the film in such a plane alone")
    parser.add_argument(
        "--inside",
        action="store_true",
        help="look through a film of tetrahedra, with arrows at all heights",
    )
    parser.add_argument("--no-pads", action="store_true", help="leave the contacts out")
    parser.add_argument("--no-labels", action="store_true", help="leave their names out")
    parser.add_argument("--no-arrows", action="store_true", help="leave the arrows out")
    parser.add_argument(
        "--camera",
        default="front",
        choices=("front", "top", "iso"),
        help="from where to look (default: front, from above)",
    )
    parser.add_argument(
        "--size", metavar="WxH", help="of picture or window in pixels (1800x1300, 1400x1000)"
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Look at a run in 3D."""
    if options.save is not None and options.follow:
        raise InputError("--follow: a picture does not follow a run; leave --save or --follow out")
    print_on_root(comm, on_root(comm, lambda: _show(options)))
    return 0


def _show(options: argparse.Namespace) -> str:
    from hebbfilm.run.folder.manifest import read_manifest
    from hebbfilm.run.pictures.scene_options import SceneOptions, pixels, plane, seconds
    from hebbfilm.run.results.snapshot_choice import chosen_snapshot

    chosen = SceneOptions(
        quantity=options.quantity,
        streamlines=options.streamlines,
        clip=None if options.clip is None else plane("--clip", options.clip),
        slice=None if options.slice is None else plane("--slice", options.slice),
        inside=options.inside,
        pads=not options.no_pads,
        labels=not options.no_labels,
        arrows=not options.no_arrows,
        camera=options.camera,
    )
    size = {} if options.size is None else {"size": pixels("--size", options.size)}
    snapshot = options.snapshot
    if options.time is not None:
        manifest = read_manifest(options.run_folder)
        found = chosen_snapshot(manifest, seconds("--time", options.time))
        snapshot = manifest.snapshots.index(found)
    if options.save is not None:
        from hebbfilm.run.pictures.view import save

        save(options.run_folder, options.save, snapshot=snapshot, options=chosen, **size)
        return f"Written to {options.save}"
    from hebbfilm.run.pictures.view_window import show

    show(
        options.run_folder,
        snapshot=snapshot,
        options=chosen,
        follow=options.follow,
        **size,
    )
    return ""
