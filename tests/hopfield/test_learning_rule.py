"""Each form of the learning rule is solved as its equation says, recovered from its own data, and
preferred to the others by what is held out."""

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.learning_rule import FORMS
from hebbfilm.hopfield.rule_fit import Fit, compare, fit_form, least_error
from hebbfilm.hopfield.trajectories import Trajectories

NS = 1e-9
BY_NAME = {form.name: form for form in FORMS}
TRUE = {
    "hebb": (5e6,),
    "oja": (0.04, 0.6e9),
    "forgetting": (0.04, 0.9e9, 0.05e9),
    "saturating": (0.04, 0.9e9),
    "delayed": (0.04, 0.9e9, 0.5e-9),
    "power": (0.04, 0.7e9, 0.5),
    "displacement": (0.04, 2e-9),
    "reversible": (0.04, 2e-9),
    "dragged_back": (0.04, 2e-9, 0.6),
    "dragged_power": (0.04, 3e-9, 0.6, 0.5),
    "aligning": (0.04, 1.2e9),
    "aligning_kept": (0.04, 1.2e9, 0.6),
}
# A form that is a special case of others, or their limit, cannot be told from them by its own data.
HOLDS = {
    "hebb": {"oja", "forgetting", "saturating", "delayed", "power"},
    "saturating": {"forgetting", "delayed", "power"},
    "displacement": {"dragged_back", "dragged_power"},
    "reversible": {"dragged_back", "dragged_power"},
    "dragged_back": {"dragged_power"},
    "aligning": {"aligning_kept"},
}


def courses_of(drives, step=0.05 * NS, rest=20):
    """Five kinds of trajectory, 4 ns under the given drives each, and 1 ns of rest."""
    drive = np.array(drives, dtype=float).T
    drive = np.vstack((drive, np.zeros((rest, drive.shape[1]))))
    driven = np.zeros(drive.shape, dtype=bool)
    driven[:-rest] = True
    return Trajectories(np.full(drive.shape, step), drive, driven, np.full(drive.shape, np.nan))


@pytest.fixture
def trajectories():
    """Constant, halved, reversed, undriven, and driven late: twice, as two groups."""
    time = np.arange(80)
    kinds = [
        np.ones(80),
        np.full(80, 0.5),
        np.where(time // 20 % 2 == 0, 1.0, -1.0),
        np.zeros(80),
        np.where(time < 40, 0.0, 1.0),
        np.where(time < 30, 1.0, 0.0),
    ]
    return courses_of(kinds * 2)


def made_by(name, trajectories, noise=0.0, seed=1):
    change = Fit(BY_NAME[name], TRUE[name]).predict(trajectories)
    change = change + noise * np.random.default_rng(seed).standard_normal(change.shape)
    return dataclasses.replace(trajectories, change=change)


def rate_of_change(name, r, s, on):
    values = TRUE[name]
    if name == "hebb":
        return values[0] * s**2
    if name == "oja":
        return values[1] * (s**2 * values[0] - r) * on
    if name == "forgetting":
        return values[1] * s**2 * (values[0] - r) - values[2] * r
    if name == "saturating":
        return values[1] * s**2 * (values[0] - r)
    return values[1] * s**2 * values[0] * max(1 - r / values[0], 0) ** values[2]


@pytest.mark.analytic
@pytest.mark.parametrize("name", ["hebb", "oja", "forgetting", "saturating", "power"])
def test_shape_solves_its_equation(trajectories, name):
    """SciPy's integrator, from sample to sample, to a relative 1e-9 a step of the largest r."""
    found = Fit(BY_NAME[name], TRUE[name]).predict(trajectories)
    for column in range(6):
        r = 0.0
        for row in range(len(found)):
            s, on = trajectories.drive[row, column], trajectories.driven[row, column]
            solved = solve_ivp(
                lambda _, y, s=s, on=on: [rate_of_change(name, y[0], s, on)],
                (0, trajectories.step[row, column]),
                [r],
                rtol=1e-9,
                atol=1e-12,
            )
            r = solved.y[0, -1]
            assert found[row, column] == pytest.approx(r, rel=1e-7, abs=4e-11)


@pytest.mark.analytic
def test_reversal_takes_back_what_a_form_says(trajectories):
    """After 1 ns forth and 1 ns back: d = 0, its peak-to-peak value 1 ns."""
    row, column = 39, 2
    assert trajectories.displacement[row, column] == pytest.approx(0, abs=1e-24)
    assert trajectories.peak_to_peak[row, column] == pytest.approx(1 * NS, rel=1e-12, abs=0)
    reached = {
        name: Fit(BY_NAME[name], TRUE[name]).predict(trajectories)[row, column]
        for name in ("displacement", "reversible", "dragged_back", "aligning", "aligning_kept")
    }
    assert reached["reversible"] == pytest.approx(0, abs=1e-15)
    assert reached["displacement"] == pytest.approx(0.04 * (1 - np.exp(-0.5)), rel=1e-12, abs=0)
    # Forth to y = 1 - e^-1.2, and back towards -1.
    there = 1 - np.exp(-1.2)
    y = -1 + (there + 1) * np.exp(-1.2)
    kept = 0.6 * there**2 + 0.4 * y**2
    assert reached["aligning"] == pytest.approx(0.04 * y**2, rel=1e-12, abs=0)
    assert reached["aligning_kept"] == pytest.approx(0.04 * kept, rel=1e-12, abs=0)
    assert reached["dragged_back"] == pytest.approx(0.04 * (1 - np.exp(-0.3)), rel=1e-12, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("name", TRUE)
def test_parameters_are_recovered(trajectories, name):
    """Without noise, to what the search's tolerance of 1e-12 in the squares leaves: its root."""
    found = fit_form(BY_NAME[name], made_by(name, trajectories))
    np.testing.assert_allclose(found.values, TRUE[name], rtol=1e-5)


@pytest.mark.analytic
@pytest.mark.parametrize("name", ["hebb", "oja", "saturating", "displacement", "aligning_kept"])
def test_right_form_wins_by_what_is_held_out(trajectories, name):
    """With noise σ the right form errs by σ, within 4 standard deviations of a χ.

    With n samples σ is known to 1/√(2n), and k parameters add k/2n. A wrong form errs by more than
    that, unless the right one is a special case of it.
    """
    noise = 1e-4
    made = made_by(name, trajectories, noise)
    groups = np.repeat([0, 1], 6)
    ranked = {found.fit.form.name: found for found in compare(FORMS, made, groups)}
    n = made.change.size
    slack = 4 / np.sqrt(2 * n) + 2 * len(TRUE[name]) / n
    assert ranked[name].held_out == pytest.approx(noise, rel=slack, abs=0)
    for other in set(TRUE) - HOLDS.get(name, set()) - {name}:
        assert ranked[other].held_out > noise * (1 + slack)
        difference, error = ranked[other].behind(ranked[name])
        assert difference > 0
        assert error < difference


@pytest.mark.analytic
def test_standard_errors_are_those_of_the_noise():
    """Hebb's rate from G groups of m trajectories of noise σ: σ/√(Gm Σ D²), to 4/√(2(G-1))."""
    groups, each, noise = 40, 2, 5e-4
    one = courses_of([np.ones(80)] * (groups * each))
    made = made_by("hebb", one, noise)
    (found,) = compare([BY_NAME["hebb"]], made, np.repeat(np.arange(groups), each))
    expected = noise / np.sqrt((one.dose**2).sum())
    assert found.errors[0] == pytest.approx(expected, rel=4 / np.sqrt(2 * (groups - 1)), abs=0)
    assert abs(found.fit.values[0] - TRUE["hebb"][0]) < 4 * expected


@pytest.mark.analytic
def test_least_error_is_that_about_the_mean_of_equal_drives(trajectories):
    """Noise σ on trajectories driven alike in pairs: about the mean of two, σ/√2; half are free."""
    made = made_by("dragged_back", trajectories, noise := 5e-4)
    slack = 4 / np.sqrt(made.change.size)
    assert least_error(made) == pytest.approx(noise / np.sqrt(2), rel=slack, abs=0)
    # One alone in its drive is met by some function of it, and what is missing is no sample.
    one = made.only(np.arange(12) != 11)
    one.change[:50, 0] = np.nan
    squares = [np.var(one.change[:, [k, k + 6]], axis=1) * 2 for k in range(1, 5)]
    squares.append(np.var(one.change[50:, [0, 6]], axis=1) * 2)
    expected = np.sqrt(np.concatenate(squares).sum() / np.isfinite(one.change).sum())
    assert least_error(one) == pytest.approx(expected, rel=1e-6, abs=0)
    assert np.isnan(least_error(made.only(np.arange(12) < 6)))


@pytest.mark.analytic
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "kept", [[0, 2, 6, 8], [0, 1, 6], [0, 2, 3, 4, 9]], ids=["pairs", "one alone", "most alone"]
)
def test_no_form_errs_less_than_the_least_error(trajectories, kept, seed):
    """Whether fitted or held out, by single ones, and with a noise larger than the change."""
    made = made_by("aligning", trajectories, noise=0.05, seed=seed)
    made = made.only(np.isin(np.arange(12), kept))
    for found in compare(FORMS, made, np.arange(len(kept))):
        # To what the search leaves of the squares.
        assert found.fitted >= least_error(made) * (1 - 1e-9)
        assert found.held_out >= found.fitted * (1 - 1e-6)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("name", "parameter"), [("saturating", "η"), ("oja", "η"), ("displacement", "t_d")]
)
def test_fit_at_a_bound_says_so(trajectories, name, parameter):
    """A straight line does not saturate: the rate falls to its bound, and r_max follows."""
    line = made_by("hebb", courses_of([np.ones(80)], rest=1))
    found = fit_form(BY_NAME[name], line)
    assert found.at_bound == (parameter,)
    assert found.amplitude_follows
    inside = fit_form(BY_NAME[name], made_by(name, trajectories))
    assert inside.at_bound == ()
    assert not inside.amplitude_follows


def test_what_cannot_be_fitted_is_named(trajectories):
    made = made_by("hebb", trajectories)
    with pytest.raises(InputError, match="one group of trajectories"):
        compare(FORMS, made, np.zeros(12, dtype=int))
    still = dataclasses.replace(made, drive=np.zeros_like(made.drive))
    with pytest.raises(InputError, match="no voltage"):
        fit_form(BY_NAME["saturating"], still)
