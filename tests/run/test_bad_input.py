"""Cases that once ended in tracebacks, late, in several lines, or never."""

import re
from pathlib import Path

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import one_line, shown
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.workload import check_workload

WHEEL = '[layout]\nkind = "wheel"\nmesh_size = 2e-8\n'
SHAPES = """[layout]
kind = "shapes"
mesh_size = 2e-8
contact = [{ name = "a", edge = { from = [1e-7, 0.0], to = [3e-7, 0.0] } },
           { name = "b", edge = { from = [3e-7, 4e-7], to = [1e-7, 4e-7] } }]
"""
BOX = '{ shape = "rectangle", size = [4e-7, 4e-7], corner = [0.0, 0.0] }'
TRAINING = '[training]\npatterns = ["+,+,-,-"]\nduration = 1e-13\nrest = 1e-13\n'
CASE = WHEEL + TRAINING
TWO = TRAINING.replace("+,+,-,-", "+,-")


def with_training(text, pattern="+,+,-,-"):
    return f'{WHEEL}[training]\npatterns = ["{pattern}"]\n{text}\n'


def check(path):
    """As `hebbfilm train` does before it meshes the film."""
    case = read_case(path)
    check_workload(case, case.film_source())


BAD = {
    "not hashable": (WHEEL.replace('"wheel"', '["wheel"]') + TRAINING, "layout.kind = ['wheel']: "),
    "huge": (f"{CASE}[material]\ng_factor = 1e300", "material.g_factor = 1e+300: allowed"),
    "64 bits": (f"{CASE}[initial]\nseed = {2**63}", "initial.seed = 9223372036854775808"),
    "digits": (f"a = {'9' * 5000}", "a number of too many digits"),
    "hexadecimal digits": (
        f"a = 0x{'f' * 5000}",
        "a = a whole number of 20000 bits: whole numbers",
    ),
    "deep keys": (f"{'.'.join('a' * 2000)} = 1", "tables and lists stand 24 deep in each other"),
    "deep lists": (f"a = {'[' * 5000}", "too deep in each other"),
    "nan": (f"{CASE}[initial]\ndirection = [nan, 0, 0]", "initial.direction[0] = nan: must"),
    "no direction": (f"{CASE}[initial]\ndirection = [0, 0, 0]", "initial.direction = [0.0, "),
    "never settled": (
        f'{CASE}[initial]\nmethod = "minimise"\ntorque_tolerance = 0',
        "initial.torque_tolerance = 0: must be positive for the minimiser",
    ),
    "a date": (f"{CASE}[initial]\nseed = 2026-01-01", "initial.seed = 2026-01-01: nothing"),
    "text for a number": (with_training('voltage = "0.05"'), "did you mean 0.05, without quotes?"),
    "text for a length": (
        WHEEL + 'thickness = "1e-9"\n' + TRAINING,
        "layout.thickness = '1e-9': must ",
    ),
    "text for a number in a change": (
        f'{WHEEL}rotate = "10"\n{TRAINING}',
        "did you mean 10, without quotes?",
    ),
    "truth for a number": (
        with_training("voltage = true"),
        "training.voltage = True: must be a number",
    ),
    "truth for a length": (
        f"{WHEEL}thickness = true\n{TRAINING}",
        "layout.thickness = True: must be a",
    ),
    "part of a whole number": (
        with_training("repeats = 1.5"),
        "training.repeats = 1.5: must be a whole",
    ),
    "whole with a point": (
        with_training("repeats = 2.0"),
        "must be a whole number; did you mean 2?",
    ),
    "control characters": (
        with_training('presentation = "\\u001b[31m"'),
        "'\\x1b[31m': holds U+001B",
    ),
    "line break": (with_training('presentation = "a\\nb"'), "'a\\nb': holds U+000A"),
    "turned writing": (f'title = "\\u202ex"\n{CASE}', "title = '\\u202ex': holds U+202E"),
    "line break in a key": (
        f'{CASE}[contacts.specific_resistance]\n"a\\nb" = 1e-14',
        "the key 'a\\nb' in contacts.specific_resistance: holds U+000A",
    ),
    "NUL in a path": (
        '[layout]\nkind = "mesh"\npath = "a\\u0000b.msh"\nthickness = 1e-9\n' + TRAINING,
        "layout.path = 'a\\x00b.msh': holds U+0000",
    ),
    "no film": (f"{SHAPES}film = []\n{TWO}", "layout.film: the outline is empty"),
    "all subtracted": (
        f'{SHAPES}film = [{BOX}, {BOX[:-1]}, operation = "subtract" }}]\n{TWO}',
        "layout.film: the outline is empty",
    ),
    "size of nothing known": (
        f"{SHAPES}film = [{BOX.replace('4e-7, 4e-7', '1e308, 1e308')}]\n{TWO}",
        "layout.film[0].size[0]: 1e+308 m: lengths are metres; up to 0.01 m",
    ),
    "copies of copies": (
        f"{SHAPES}film = [{BOX[:-1]}, repeat = [{{ count = 1000 }}, {{ count = 1000 }}] }}]\n{TWO}",
        "1e+06 copies: at most 10000 are allowed",
    ),
    "no angle": (
        f"{WHEEL}contact_half_angle = 1e-300\n{TRAINING}",
        "contact_half_angle 1e-300 degrees",
    ),
    "too many turns": (
        f"{WHEEL}rotate = 1e308\n{TRAINING}",
        "layout.rotate 1e+308 is not an angle",
    ),
    "seed": ('[layout]\nkind = "random_inside"\nseed = -1\n' + TRAINING, "layout.seed -1: must be"),
    "seed of edges": (
        f"{WHEEL}rough = {{ amplitude = 5e-9, correlation_length = 6e-8, seed = -1 }}\n{TRAINING}",
        "layout.rough.seed -1: must be",
    ),
    "pieces of edges": (
        '[layout]\nkind = "strip"\nlength = 1e-2\nwidth = 1e-9\nmesh_size = 1e-9\n'
        f"rough = {{ amplitude = 1e-10, correlation_length = 2e-9 }}\n{TWO}",
        "pieces, 20 in each such length",
    ),
    "lattice": (
        '[layout]\nkind = "square_lattice"\nrows = 65\ncolumns = 65\n' + TRAINING,
        "rows × columns = 4225: must be a whole number of contacts from 0 to 500",
    ),
    "finer than atoms": (
        f"{SHAPES}rim_mesh_size = 1e-11\nfilm = [{BOX}]\n{TWO}",
        "rim_mesh_size 1e-11 m is less than an atom; allowed are 1e-10 m and up",
    ),
    "nonadiabaticity": (
        f"{CASE}[material]\nnonadiabaticity = -100.0",
        "allowed are 1e-06 to 10 of either sign, no unit: did you mean -1?",
    ),
    "negative capacity": (
        f"{CASE}[material]\nvolumetric_heat_capacity = -1.0",
        "material.volumetric_heat_capacity = -1 J/(m³ K): must be positive, 1000 to 1e+08",
    ),
    "name that is not ASCII": (
        f'{CASE}[[layers]]\nname = "é"\nthickness = 3e-9\nconductivity = 4e6',
        "layers: name = 'é': must be a word of letters, digits and underscores, other than film",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_case_is_refused_before_it_is_meshed(name, tmp_path):
    text, message = BAD[name]
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        check(path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 400


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("training.voltage=0.05\nx=1", "gives more than one value"),
        (f"training.repeats={'9' * 5000}", "a number of too many digits"),
        (f"training.patterns={'[' * 5000}", "too deep in each other"),
        ("training.presentation=a\x1bb", "holds U+001B"),
        ("training.voltage=.05", "did you mean 0.05, without quotes?"),
        ("layout.path=\0", "holds U+0000"),
        ("training.voltage=inf", "training.voltage = inf: must be a finite number"),
    ],
)
def test_bad_setting_is_refused_in_one_line(setting, message, tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(WHEEL + TRAINING, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read_case(path, [setting])
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 400


def test_what_is_no_file_ends_at_once(tmp_path):
    with pytest.raises(InputError, match="is larger than 1e\\+08 bytes"):
        read_case(Path("/dev/zero"))
    with pytest.raises(InputError, match="cannot read the case"):
        read_case(tmp_path / ("x" * 5000))


def test_messages_stay_in_one_line_whatever_they_quote():
    assert str(InputError("a\nb\x1b[31m\u202ec\x85d")) == r"a b\x1b[31m\u202ec d"
    assert len(str(InputError("x" * 10_000))) == 400
    assert one_line("naïve Ω m²: – …") == "naïve Ω m²: – …"
    assert shown("a\nb") == r"'a\nb'"
    assert shown(2**70000) == "a whole number of 70001 bits"
    assert len(shown([["x" * 1000] * 1000] * 1000)) <= 80
