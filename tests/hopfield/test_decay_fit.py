"""Forms and rates of decay, found in made-up courses of which they are known."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.arrhenius import arrhenius
from hebbfilm.hopfield.decay_fit import Course, decay_rate, rank_forms
from hebbfilm.hopfield.decay_forms import FORMS, rates
from hebbfilm.solvers.materials.constants import BOLTZMANN

SPAN = 45e-9
TIME = np.linspace(0.0, SPAN, 46)


def films(shape, count=5, noise=0.0, seed=1):
    """Films with amplitudes of their own between 2 and 3 %, and noise of a standard deviation."""
    generator = np.random.default_rng(seed)
    return [
        Course(TIME, generator.uniform(0.02, 0.03) * shape + noise * generator.normal(size=46))
        for _ in range(count)
    ]


@pytest.mark.analytic
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_each_form_is_found_in_its_own_course(form):
    """At a point of its grid and without noise it errs by nothing but round-off, and no other
    form does: it is ranked first, with these very parameters and half times."""
    grid = form.grid(SPAN)
    # About one decay over the span.
    place = int(np.argmin(np.abs(grid[:, 0] * SPAN - 1))) if grid.shape[1] else 0
    if grid.shape[1] == 2:
        rate = grid[place, 0]
        place = int(np.flatnonzero(grid[:, 0] == rate)[len(np.unique(grid[:, 1])) // 2])
    best = rank_forms(films(form.course(TIME, grid[[place]])[0]))[0]
    assert best.form is form
    assert best.held_out < 1e-7
    assert best.parameters == tuple(grid[place])
    half = form.half(grid[[place]])[0]
    assert best.half == half
    assert best.half_interval == (half, half)
    if np.isfinite(half):
        at_half = form.course(np.array([half]), grid[[place]])[0, 0]
        assert at_half == pytest.approx(0.5, rel=1e-12)


@pytest.mark.analytic
def test_error_is_of_the_later_half_with_the_amplitude_of_the_first():
    """One film stays at 1, the other doubles at half time: a constant errs by 0 and by 1.

    The mean square of all values is (1 + 2.5)/2.
    """
    step = np.repeat([1.0, 2.0], 23)
    found = rank_forms([Course(TIME, np.ones(46)), Course(TIME, step)])
    constant = next(fit for fit in found if fit.form.name == "constant")
    assert constant.held_out == pytest.approx(np.sqrt(0.5 / 1.75), rel=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize("decays", [0.1, 0.5, 2.0])
def test_rate_is_found_without_noise(decays):
    """To half a step of the grid, 801 rates over ln(30/1e-4) = 12.6: 0.8 %."""
    k = decays / SPAN
    found = decay_rate(films(np.exp(-k * TIME)))
    assert found.value == pytest.approx(k, rel=0.008)
    assert found.decays


@pytest.mark.analytic
@pytest.mark.parametrize("decays", [0.3, 1.0])
def test_interval_holds_the_rate_as_often_as_it_says(decays):
    """Of 60 sets of five films with noise of an eighth of the signal, 95 % should.

    Fewer than 51 hits have a probability of 0.1 % (binomial) if the interval is one of 95 %.
    """
    k, tried = decays / SPAN, 60
    hits = 0
    for seed in range(tried):
        low, high = decay_rate(films(np.exp(-k * TIME), noise=0.003, seed=seed)).interval
        hits += low <= 1.008 * k and high >= k / 1.008
    assert hits >= 51


@pytest.mark.analytic
def test_where_nothing_decays_there_is_a_bound():
    """Of 40 sets, 39 at least have an interval from 0 (the lower end misses 0 in 2.5 %; more than
    four misses have a probability of 0.3 %), and all have a bound above 0.

    The bound is what the noise allows: a slope of standard error σ√12/(a√n T) per film, over √5
    films, of which Student's factor of one side, 2.13 √(5/4), makes 0.037 decays over the span for
    noise of 0.003 in 0.025 and 46 samples; with amplitudes fitted as well, the same.
    """
    found = [decay_rate(films(np.ones(46), noise=0.003, seed=seed)) for seed in range(40)]
    assert sum(not rate.decays for rate in found) >= 36
    bounds = np.array([rate.bound for rate in found]) * SPAN
    assert bounds.min() >= 0
    assert np.median(bounds) == pytest.approx(0.045, rel=0.6)


@pytest.mark.analytic
def test_attempts_and_barrier_are_found():
    """Four thicknesses, ten films each, noise of an eighth of the signal: intervals hold both.

    Rates between 0.7 and 1e-4 decays over the span: the thickest films do not decay visibly.
    """
    x = [BOLTZMANN * 300 / thickness for thickness in (1e-9, 2e-9, 3e-9, 5e-9)]
    attempts, energy = 1.5e8, 2.2 * x[0]
    k = attempts * np.exp(-energy / np.array(x))
    kinds = [films(np.exp(-each * TIME), 10, 0.003, seed) for seed, each in enumerate(k)]
    found = arrhenius(x, kinds)
    assert found.energy_interval[0] <= energy <= found.energy_interval[1]
    assert found.attempts_interval[0] <= attempts <= found.attempts_interval[1]
    assert found.determined
    for place, rate, expected in zip(x, found.rates, k, strict=True):
        assert rate.interval[0] <= expected <= rate.interval[1]
        line = found.attempts * np.exp(-found.energy / place)
        assert rate.value == pytest.approx(line, rel=1e-9)


@pytest.mark.analytic
def test_barrier_has_no_upper_bound_where_colder_films_keep():
    """Half a decay in the hottest, none in the others: any barrier above some would do.

    The rate of the hottest is found to a step of its grid, four times over 140: 1 %.
    """
    x = [BOLTZMANN * 300 / thickness for thickness in (1e-9, 2e-9, 3e-9)]
    kinds = [films(np.exp(-0.5 / SPAN * TIME)), films(np.ones(46)), films(np.ones(46))]
    found = arrhenius(x, kinds)
    assert found.energy == np.inf
    assert found.energy_interval[1] == np.inf
    assert not found.determined
    assert found.rates[0].value == pytest.approx(0.5 / SPAN, rel=0.01)
    assert [rate.value for rate in found.rates[1:]] == [0.0, 0.0]


@pytest.mark.analytic
def test_films_that_all_keep_leave_the_barrier_open():
    x = [BOLTZMANN * 300 / thickness for thickness in (1e-9, 2e-9, 3e-9)]
    kinds = [films(np.ones(46), 5, 0.003, seed) for seed in range(3)]
    assert not arrhenius(x, kinds).determined


def test_too_little_is_refused():
    with pytest.raises(InputError, match="one film of a kind: give two or more"):
        rank_forms(films(np.ones(46), 1))
    short = [Course(TIME[:7], np.ones(7)), Course(TIME, np.ones(46))]
    with pytest.raises(InputError, match="7 samples of a film to fit: allowed are 8 or more"):
        decay_rate(short)
    kinds = [films(np.ones(46))] * 3
    with pytest.raises(InputError, match="2 temperatures over thicknesses: give three or more"):
        arrhenius([1e-12, 2e-12, 1e-12], kinds)


def test_rates_begin_with_none():
    tried = rates(SPAN)
    assert tried[0] == 0
    assert np.all(np.diff(tried) > 0)
