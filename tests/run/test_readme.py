"""The script in the README runs as it stands there, on a coarse mesh and for a moment."""

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
SHORTER = {"mesh_size=5e-9": "mesh_size=2e-8", "relax(5e-9)": "relax(2e-11)",
           "duration=6e-9": "duration=2e-11", "rest=5e-9": "rest=1e-11"}  # fmt: skip


def test_script_of_the_readme(capsys, comm):
    (script,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    for long, short in SHORTER.items():
        assert long in script
        script = script.replace(long, short)
    exec(compile(script, str(README), "exec"), {})
    assert ("recalled" in capsys.readouterr().out) == (comm.rank == 0)
