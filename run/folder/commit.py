"""The git commit of the checkout that does a run: for the manifest and `hebbfilm info`."""

import os
import subprocess
from pathlib import Path

import hebbfilm

_ROOT = Path(hebbfilm.__file__).resolve().parents[1]
_DESCRIBE = ("git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
_TOLD = "HEBBFILM_COMMIT"
"""ROOT@COMMIT, told by run/env from outside: Debian as it is entered has no git."""
_PATIENCE = 10.0
"""In s, with git."""


def checkout_commit(root: Path = _ROOT) -> str:
    """The commit that is checked out now.

    Args:
        root: the folder that the package is in.

    Returns:
        Its hash, followed by "-dirty" where files that git keeps were changed; nothing where the
        folder is no checkout of its own, like that of an installed package, or git is missing.
    """
    if not (root / ".git").exists():
        return ""
    return _asked(root) or os.environ.get(_TOLD, "").partition(f"{root}@")[2]


def _asked(root: Path) -> str:
    """What git says; nothing where it cannot."""
    # By its own variables a hook of git would be told of another repository.
    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(
            _DESCRIBE,
            cwd=root,
            env=others | {"GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
