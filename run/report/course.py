"""What a run does, in a sentence."""

from __future__ import annotations

from pathlib import Path

from hebbfilm.common.text import counted
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.report.words import quantity, state
from hebbfilm.solvers.textures.texture import Texture

TEXTURE_WORDS = {
    "uniform": "a uniform texture",
    "random": "a random texture",
    "skyrmion": "a skyrmion",
    "skyrmion_lattice": "a lattice of skyrmions",
    "vortex": "a vortex",
    "wall": "a domain wall",
    "stripes": "stripes",
    "helix": "a helix",
    "cone": "a cone",
    "formula": "a formula",
    "image": "the picture {}",
    "file": "the file {}",
    "run": "the run {}",
    "regions": "a texture in each region",
}
"""How a film began, by the kinds of textures."""


def sentence(manifest: Manifest, case: Case | None) -> str:
    """What was, or is to be, done with which film.

    Args:
        manifest: of the run.
        case: of the run; None where it has none.
    """
    film = f"A film {quantity(manifest.thickness, 'm')} thick with {_contacts(manifest)}"
    if case is None:
        return f"{film}."
    begin = f"{film} {_settled(case)}"
    if case.training is None:
        return f"{begin}, then taken through {counted(len(case.steps().steps), 'step')}."
    training = case.training
    patterns = training.parsed(manifest.as_neurons())
    shown = " and ".join(state(pattern, patterns) for pattern in patterns)
    times = f", {training.repeats} times over" if training.repeats > 1 else ""
    drive = (
        ""
        if training.steps
        else (
            f" at {quantity(training.voltage, 'V')} for {quantity(training.duration, 's')}"
            + ("" if training.presentation == "constant" else f", {training.presentation}")
        )
    )
    rest = f", then left alone for {quantity(training.rest, 's')}" if training.rest else ""
    recall = "; a circuit at the contacts recalled them" if case.recall is not None else ""
    return f"{begin}, presented with {shown}{drive}{times}{rest}{recall}."


def _contacts(manifest: Manifest) -> str:
    names = manifest.contacts
    if not names:
        return "no contacts"
    told = counted(len(names), "contact")
    if len(names) <= 8:
        told += f" ({', '.join(names)})"
    neurons = manifest.as_neurons()
    return told if neurons.are_contacts else f"{told} that make {len(neurons.names)} neurons"


def _settled(case: Case) -> str:
    begin = case.initial
    texture = _named(begin.texture)
    if begin.method == "minimise":
        return f"was settled from {texture} by the minimiser"
    if not begin.relaxation:
        return f"began as {texture}"
    return f"was settled from {texture} for {quantity(begin.relaxation, 's')}"


def _named(texture: str | Texture) -> str:
    if isinstance(texture, str):
        return f"a {texture} texture"
    path = getattr(texture, "path", "")
    return TEXTURE_WORDS[texture.name].format(Path(path).name)
