"""How warm finished runs get."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.heating import heating_of_runs, heating_text
from hebbfilm.run.folder.reader import read_run
from hebbfilm.solvers.heating import peak_temperature_rise


@pytest.mark.analytic
def test_peak_rise_is_that_of_a_pulse_whose_power_hardly_changes(run_folder_maker, tmp_path, comm):
    """The made-up run is driven for 6 ns, 30 time constants: ΔT = P/K with P in a range."""
    if comm.rank:
        return
    table = read_run(run_folder_maker(tmp_path / "run")).conductance
    power = table.power[table.power > 0]
    conductance = 5e-6
    rise = peak_temperature_rise(
        table.time, table.power, capacity=0.2e-9 * conductance, conductance=conductance
    )
    assert power.min() < rise * conductance < power.max()
    rise = peak_temperature_rise(table.time, table.power, capacity=2e-16, conductance=0.0)
    adiabatic = rise * 2e-16
    energy = np.trapezoid(table.power, table.time)
    # The sums differ by half an interval of 50 ps at both ends of 6 ns.
    assert adiabatic == pytest.approx(energy, rel=2 * 50e-12 / 6e-9, abs=0)


def test_what_is_no_run_is_named(tmp_path):
    with pytest.raises(InputError, match="no finished run is in it"):
        heating_of_runs([tmp_path], [1e7])
    with pytest.raises(InputError, match="--transfer -1"):
        heating_of_runs([tmp_path], [-1.0])


def test_table_has_a_row_for_each_run_of_a_study(run_folder_maker, tmp_path, comm):
    if comm.rank:
        return
    for name in ("one", "two"):
        folder = run_folder_maker(tmp_path / name)
        (folder / "case.toml").write_text(
            "[layout]\nkind = 'wheel'\n[training]\npatterns = ['+,+,-,-']\n"
        )
    transfers = [1e7, 1e8]
    text = heating_text(heating_of_runs([tmp_path], transfers), transfers)
    _, header, *rows = text.splitlines()
    assert header.split()[-2:] == ["h=1e+07", "h=1e+08"]
    assert [row.split()[0] for row in rows] == ["one", "two"]
    assert all(row.split()[3:5] == ["100.0", "2.00"] for row in rows)


def test_solved_temperature_stands_beside_the_estimate(run_folder_maker, tmp_path, comm):
    """The made-up run with heat was at 330 K on average and 380 K at most, on 300 K."""
    if comm.rank:
        return
    for name, stack in (("one", False), ("two", True)):
        folder = run_folder_maker(tmp_path / name, stack=stack)
        (folder / "case.toml").write_text(
            "[layout]\nkind = 'wheel'\n[training]\npatterns = ['+,+,-,-']\n"
        )
    text = heating_text(heating_of_runs([tmp_path], [1e7]), [1e7])
    _, header, one, two, *told = text.splitlines()
    assert header.split()[-1] == "solved"
    assert one.split()[-1] == "-"
    assert two.endswith("30.0 (80)")
    assert told[0].startswith("Solved: mean (highest) rise of a run with [heat]")
