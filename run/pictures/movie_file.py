"""Frames as a file: MP4 by ffmpeg, GIF or WebP by Pillow, whole or not at all."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import reason, shown
from hebbfilm.common.text import counted
from hebbfilm.common.whole_files import replacing

Frame: TypeAlias = NDArray[np.uint8]
"""(height, width, 3)."""

MP4 = ".mp4"
ENDINGS = (MP4, ".gif", ".webp")
# Of H.264, to the eye as good as the frames; what browsers play without having the whole file.
_QUALITY = ("-crf", "18", "-preset", "medium", "-movflags", "+faststart")
_COLOURS = 256


def require_encoder(path: Path) -> None:
    """Refuse a file that cannot be written here, before anything is drawn.

    Raises:
        InputError: its name ends otherwise, or ffmpeg is missing.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"--out {shown(str(path))}: the name must tell the format; "
            f"{allowed_are(ending, ENDINGS)}"
        )
    if ending == MP4:
        import imageio_ffmpeg

        try:
            imageio_ffmpeg.get_ffmpeg_exe()
        except RuntimeError:
            raise InputError(
                f"--out {shown(str(path))}: no ffmpeg is here to write MP4: install imageio-ffmpeg "
                "or ffmpeg, or write .gif or .webp"
            ) from None


def write_movie(path: Path, frames: Iterator[Frame], size: tuple[int, int], fps: float) -> None:
    """Write a movie, whole or not at all.

    Args:
        path: of the file; its ending tells the format.
        frames: one after another.
        size: their width and height, even for MP4.
        fps: frames in a second.

    Raises:
        InputError: the file cannot be written.
    """
    write: Callable[[Path, Iterator[Frame], tuple[int, int], float], None]
    write = _write_mp4 if path.suffix.lower() == MP4 else _write_images
    with replacing(path, make_parents=True) as whole:
        write(whole, frames, size, fps)


def _write_mp4(path: Path, frames: Iterator[Frame], size: tuple[int, int], fps: float) -> None:
    import imageio_ffmpeg

    writer = imageio_ffmpeg.write_frames(
        str(path),
        size,
        fps=fps,
        codec="libx264",
        pix_fmt_out="yuv420p",
        quality=None,
        macro_block_size=2,
        ffmpeg_log_level="error",
        output_params=list(_QUALITY),
    )
    # PETSc's handler would call an ffmpeg that ended a crash.
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    count = 0
    try:
        writer.send(None)
        for frame in frames:
            writer.send(np.ascontiguousarray(frame))
            count += 1
    except OSError as error:
        # What ffmpeg said itself stands behind the first lines.
        raise OSError(f"ffmpeg failed ({reason(error)[-160:]})") from None
    finally:
        writer.close()
        signal.signal(signal.SIGPIPE, before)
    _require_whole(path, count)


def _require_whole(path: Path, count: int) -> None:
    """Refuse a movie with less frames than it was given: how ffmpeg itself ended is not told."""
    import imageio_ffmpeg

    if not path.is_file():
        raise OSError("ffmpeg wrote nothing")
    try:
        found, _ = imageio_ffmpeg.count_frames_and_secs(str(path))
    except RuntimeError:
        found = 0
    if found != count:
        raise OSError(f"of {counted(count, 'frame')} {found} can be read back; is the disk full?")


def _write_images(path: Path, frames: Iterator[Frame], size: tuple[int, int], fps: float) -> None:
    from PIL import Image

    palette = path.suffix.lower() == ".gif"

    def images() -> Iterator[Image.Image]:
        for frame in frames:
            image = Image.fromarray(frame)
            yield image.quantize(_COLOURS, dither=Image.Dither.NONE) if palette else image

    made = images()
    first = next(made)
    options: dict[str, Any] = {} if palette else {"quality": 88, "method": 4}
    first.save(path, save_all=True, append_images=made, duration=1000 / fps, loop=0, **options)
