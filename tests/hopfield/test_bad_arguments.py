"""What a script may hand over by mistake: one line that names it, never a traceback from within."""

from functools import partial

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Forming, HopfieldFilm, Neuron, Neurons, Reference, Step, Training
from hebbfilm.hopfield.circuits import (
    Amplifiers,
    Bridge,
    Comparators,
    ResistorNetwork,
    compared_weights,
    recall_on_chip,
)
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.meshing.families import copied, inner_pads
from hebbfilm.solvers import Film, Material

NAN = float("nan")
PAIR = ResistorNetwork([[1e-3, -1e-3], [-1e-3, 1e-3]])

clock = partial(Comparators, voltage=2e-3, period=1e-11)
loop = partial(Amplifiers, voltage=2e-3, period=1e-11, gain=1e8, time_constant=2e-12)
schedule = partial(Training, ("++--",))
steps = partial(Training, ("++--",), presentation="constant")


@pytest.fixture(scope="module")
def film(comm):
    return Film(mesh_film(wheel(mesh_size=30e-9), comm), Material())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (partial(clock, voltage=1e300), "voltage = 1e+300: must be above 0 and below 100"),
        (partial(clock, gain_spread=1e300), "gain_spread = 1e+300: must be 0 or more and below"),
        (partial(clock, mismatch=1e300), "mismatch = 1e+300: must be 0 or more and below"),
        (partial(clock, offset=-1e5), "offset = -100000.0: must be above -10 and below 10, in A"),
        (partial(clock, noise=1e300), "noise = 1e+300: must be 0 or more and below 10, in A"),
        (partial(clock, chopped="yes"), "chopped = 'yes': must be True or False"),
        (partial(loop, gain=1e300), "gain = 1e+300: must be above 0 and below"),
        (
            partial(loop, time_constant=1e-14),
            "time_constant = 1e-14: must be 0.05 of the period, 1e-11 s, or longer, in s; a period "
            "is of a few of them: did you mean period = 5e-14?",
        ),
        (partial(ResistorNetwork, "x"), "conductances of resistors = 'x': must be numbers"),
        (partial(ResistorNetwork, np.zeros((0, 0))), "of shape (0, 0): must be (N, N)"),
        (partial(ResistorNetwork.like, "x"), "conductances of resistors = 'x': must be numbers"),
        (partial(ResistorNetwork.like, np.eye(2), relative=1e308), "relative = 1e+308: must be"),
        (partial(PAIR.balanced, np.eye(3)), "resistors: of 3 neurons, not of 2"),
        (partial(PAIR.currents, [1, 2, 3]), "voltages: of shape (3,), must be 2 in a row"),
        (partial(compared_weights, np.eye(3), "ab"), "of shape (3, 3), must be 2 in a row"),
        (partial(compared_weights, np.eye(2), "ab", 3), "resistors = 3: must be a ResistorNetwork"),
        (partial(compared_weights, np.eye(3), "abc", PAIR), "resistors: of 2 neurons, not of 3"),
        (partial(Bridge, "abc", PAIR), "resistors: of 2 neurons, not of 3"),
        (partial(Bridge, "ab", 3), "resistors = 3: must be a ResistorNetwork, or None"),
        (partial(Bridge, "ab", together="no"), "together = 'no': must be True or False"),
        (partial(schedule, voltage=NAN), "training.voltage = nan: must be a finite number, in V"),
        (partial(schedule, voltage="5"), "training.voltage = '5': must be a finite number, in V"),
        (partial(schedule, duration="1"), "training.duration = '1': must be a finite number"),
        (partial(schedule, rest=NAN), "training.rest = nan: must be a finite number, in s"),
        (partial(schedule, repeats=1.5), "training.repeats = 1.5: must be a whole number"),
        (partial(schedule, read_each="no"), "training.read_each = 'no': must be True or False"),
        (partial(schedule, half_period=0), "training.half_period = 0: must be above 0, in s"),
        (partial(schedule, forming=3), "training.forming = 3: must be a Forming, or None"),
        (
            partial(schedule, forming={"amplitude": [1.0]}),
            "unknown key amplitude in [training.forming]; did you mean amplitudes?",
        ),
        (
            partial(schedule, presentation="bipolar", negative_voltage="1"),
            "training.negative_voltage = '1': must be a finite number, in V",
        ),
        (partial(steps, steps=(Step(read=5),)), "read = 5: must be a label"),
        (partial(steps, steps=(Step(rest="x"),)), "rest = 'x': must be a finite number, in s"),
        (
            partial(steps, steps=(Step("++--", voltage="x"),)),
            "voltage = 'x': must be a finite number, in V",
        ),
        (
            partial(steps, steps=(Step(drives=3, duration=1e-9),)),
            "drives = 3: must be a Mapping",
        ),
        (partial(Forming, amplitudes="x"), "training.forming.amplitudes = 'x': must be a finite"),
        (partial(Forming, amplitudes=(NAN,)), "training.forming.amplitudes = nan: must be a"),
        (partial(Forming, duration="1"), "training.forming.duration = '1': must be a finite"),
        (partial(Reference, of=5), "reference of = 5: must be a list of names"),
        (partial(Reference, since=NAN), "reference since = nan: must be a str"),
        (partial(Reference, []), "reference rule = []: must be a str"),
        (partial(Reference, "offset", "x"), "reference offset = 'x': must be a finite number"),
        (partial(Neuron, "rim_1"), "contacts of a neuron = 'rim_1': must be a list; for one, ['"),
        (partial(Neuron, (5,)), "contacts of a neuron = (5,): must be a list of names"),
        (partial(Neuron, ("+",)), "contacts of a neuron: one has no name"),
        (partial(Neurons, 5), "contacts of a film = 5: must be a list of names"),
        (partial(Neurons, "ab", 3), "neurons = 3: must be a Mapping"),
        (partial(Neurons, "ab", {"n": ("a", "b")}), "neurons.n = ('a', 'b'): must be a Neuron"),
        (partial(Neurons("ab").presented, [1.0]), "voltages of neurons: of shape (1,), must be 2"),
        (partial(Neurons("ab").currents, "x"), "currents of contacts = 'x': must be numbers"),
        (partial(copied, 3, 2), "layout 3: must be a Layout"),
        (partial(copied, wheel(), 2.5), "copies.count"),
        (
            partial(inner_pads, outline=1.5),
            "outline 1.5: must be disc, square or a list of corners",
        ),
        (partial(inner_pads, turn="x"), "turn 'x' is not an angle in degrees"),
        (partial(inner_pads, arrangement=[]), "arrangement []: allowed are"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(make, message):
    with pytest.raises(InputError) as told:
        make()
    assert message in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"film": 3}, "film = 3: must be a Film"),
        ({"circuit": 3}, "circuit = 3: must be a Circuit"),
        ({"clamped": 5}, "clamped = 5: must be a list of names"),
        ({"clamped": ["rim_1", "rim_1"]}, "clamped: neuron 'rim_1' is there twice"),
        ({"number": -1}, "number = -1: must be a whole number, 0 or more"),
        ({"position": 3}, "position = 3: must be a Position"),
        ({"longest_interval": 0}, "longest_interval = 0: must be above 0, in s"),
    ],
)
def test_recall_on_chip_refuses_what_it_cannot_take(film, given, message):
    usual = {"film": film, "neurons": film.contacts, "circuit": clock(), "start": "++--"}
    with pytest.raises(InputError) as told:
        recall_on_chip(**usual | given)
    assert message in str(told.value)


def test_network_refuses_what_it_cannot_take(film):
    network = HopfieldFilm(film)
    with pytest.raises(InputError, match=r"^label = 5: must be a label"):
        network.read(5)
    with pytest.raises(InputError, match=r"^reference = 3: must be a Reference"):
        network.weights_by(3)
    with pytest.raises(InputError, match=r"^observer = 3: must be a function$"):
        network.train(["++--"], duration=1e-13, rest=0.0, observer=3)


def test_forming_may_be_a_table_as_in_a_case():
    assert schedule(forming={}) == schedule(forming=Forming())
    assert schedule(forming={"rest": 0.0}).forming == Forming(rest=0.0)
    assert schedule(forming=None).forming is None
