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


@pytest.mark.analytic
@pytest.mark.parametrize("rate", [1e9, 1e10])
def test_rates_faster_than_can_be_told_have_no_value(rate):
    """Gone within a row or two: nothing tells 1/ns from 10/ns. Both half times are below that of
    the fastest rate tried, 30 decays over the span, within its interval."""
    courses = films(np.exp(-rate * TIME), noise=2e-4)
    found = decay_rate(courses)
    assert found.decays
    assert (found.value, found.interval[1], found.bound) == (np.inf, np.inf, None)
    assert found.interval[0] == pytest.approx(30 / SPAN, rel=0.1)
    exponential = next(fit for fit in rank_forms(courses) if fit.form.name == "exponential")
    assert exponential.half == pytest.approx(np.log(2) / 30 * SPAN, rel=1e-9)
    assert exponential.half_interval[0] <= exponential.half <= exponential.half_interval[1]


@pytest.mark.analytic
def test_attempts_of_films_that_forget_at_once_are_bounded_below():
    """The hottest is gone within a row, so that it may have been as fast as one likes."""
    x = [BOLTZMANN * 300 / thickness for thickness in (1e-9, 2e-9, 3e-9)]
    kinds = [films(np.exp(-k * TIME), noise=2e-4) for k in (1e10, 1e8, 1e7)]
    found = arrhenius(x, kinds)
    assert found.rates[0].value == np.inf
    assert found.rates[0].interval == pytest.approx((30 / SPAN, np.inf), rel=0.1)
    assert np.isfinite(found.rates[1].value)
    assert (found.attempts, found.energy) == (np.inf, np.inf)
    assert np.isfinite(found.attempts_interval[0])
    assert found.attempts_interval[0] >= 30 / SPAN * 0.9
    assert not found.determined


@pytest.mark.analytic
@pytest.mark.filterwarnings("error")
def test_what_grows_does_not_decay():
    """Of forms that fall to nothing and no further, none tells more of it than a constant."""
    for shape in (np.exp(3e7 * TIME), np.log1p(TIME / 5e-9) - 0.3):
        courses = films(shape, noise=1e-4)
        assert rank_forms(courses)[0].form.name == "constant"
        assert not decay_rate(courses).decays
    for form in FORMS:
        shapes = form.course(TIME, form.grid(SPAN))
        assert shapes.min() >= 0
        assert np.diff(shapes).max(initial=0) <= 0


@pytest.mark.filterwarnings("error")
def test_where_nothing_is_known_nothing_is_found():
    nothing = films(0 * TIME)
    found = rank_forms(nothing)[0]
    assert (found.form.name, found.half) == ("constant", np.inf)
    assert np.isnan(found.held_out)
    assert decay_rate(nothing).bound is None
    x = [BOLTZMANN * 300 / thickness for thickness in (1e-9, 2e-9, 3e-9)]
    assert not arrhenius(x, [nothing] * 3).determined


@pytest.mark.analytic
def test_three_short_courses_have_a_bound():
    """Of 40 sets of three films over 8 ns, whose noise lasts for 2 ns: none has a bound of 0, and
    a rate of 0.08 decays over it is held by 32 at least; draws of three films alone, which reach no
    further than from the least to the largest of three, miss it in a quarter of all sets."""
    time, k = np.arange(16) * 5e-10, 1e7
    held = 0
    for seed in range(40):
        generator = np.random.default_rng(seed)
        courses = []
        for amplitude in generator.uniform(0.02, 0.03, 3):
            noise = np.convolve(generator.normal(size=19), np.ones(4), "valid") * 7.5e-4
            courses.append(Course(time, amplitude * np.exp(-k * time) + noise))
        found = decay_rate(courses)
        assert found.bound is None or found.bound > 0
        held += found.interval[0] <= k <= found.interval[1]
    assert held >= 32


def test_half_times_far_beyond_the_data_are_not_told():
    """0.5 % for each factor of e: e^100 times the span is none that 45 ns could tell."""
    form = next(each for each in FORMS if each.name == "logarithmic")
    found = {
        f.form.name: f for f in rank_forms(films(form.course(TIME, np.array([[1e8, 0.005]]))[0]))
    }
    assert found["logarithmic"].half == np.inf
    assert found["logarithmic"].half_interval == (found["logarithmic"].half_limits[1], np.inf)


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
