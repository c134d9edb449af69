"""The formats of pictures: PNG, and SVG and PDF, in which lines and text stay what they are."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from PIL import Image

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.run.pictures.vector_text import text_stays

FORMATS = ("png", "svg", "pdf")
_DPI = {"png": 200, "svg": 300, "pdf": 300}
_LEAST, _MOST = 20, 1200
_RLE = 3
"""zlib's strategy that looks for runs alone: 200 dpi of a film take a third of the time of the
default, and as many bytes."""

_VECTOR = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hebbfilm",
    "pdf.fonttype": 42,
}
"""Text stays text; the same picture is the same file."""


@dataclass(frozen=True)
class Form:
    """How pictures are written.

    Args:
        suffix: "png", "svg" or "pdf".
        dpi: dots an inch of a PNG file; in the others, of the film's colours, which are a raster
            there, too. None for 200, and for 300 in the others.

    Raises:
        InputError: a format that is not known, or dots that are hardly meant.
    """

    suffix: str = "png"
    dpi: int | None = None

    def __post_init__(self) -> None:
        if self.suffix not in FORMATS:
            raise InputError(f"format {self.suffix!r}: {allowed_are(self.suffix, FORMATS)}")
        if self.dpi is not None and not _LEAST <= self.dpi <= _MOST:
            raise InputError(f"dpi = {self.dpi}: must be {_LEAST} to {_MOST}")

    @property
    def dots(self) -> int:
        """Dots an inch."""
        return _DPI[self.suffix] if self.dpi is None else self.dpi

    def file(self, folder: Path, name: str) -> Path:
        """The file of a picture of this name."""
        return folder / f"{name}.{self.suffix}"


PNG = Form()


def form_of(path: Path, option: str = "--out") -> Form:
    """The format of a picture by the end of the name of its file.

    Raises:
        InputError: it ends otherwise.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        ends = ", ".join(f".{each}" for each in FORMATS[:-1])
        raise InputError(
            f"{option} {path}: pictures are PNG, SVG or PDF; let the name end in {ends} or "
            f".{FORMATS[-1]}"
        )
    return Form(suffix)


def write(figure: Figure, path: Path, form: Form) -> None:
    """Write a figure, cut to what is drawn, into a file."""
    if form.suffix == "png":
        path.write_bytes(as_png(figure, form.dots))
        return
    no_date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}[form.suffix]
    with rc_context(_VECTOR), text_stays(figure):
        whole = io.BytesIO()
        figure.savefig(
            whole,
            format=form.suffix,
            dpi=form.dots,
            bbox_inches="tight",
            pad_inches=0.12,
            metadata=no_date,
        )
    content = whole.getvalue()
    if form.suffix == "svg":
        # Loads fontTools, of which PNG files have no need.
        from hebbfilm.run.pictures.svg_fonts import with_fonts

        content = with_fonts(content)
    path.write_bytes(content)


def as_png(figure: Figure, dots: int) -> bytes:
    """A figure, cut to what is drawn: without transparency, which none has, and quickly."""
    plain, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(plain, format="tif", dpi=dots, bbox_inches="tight", pad_inches=0.12)
    with Image.open(plain) as image:
        image.convert("RGB").save(packed, "png", dpi=(dots, dots), compress_type=_RLE)
    return packed.getvalue()
