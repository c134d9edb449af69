"""What ranks say is counted exactly, and continued by laws that can be checked."""

import sys

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.bench.model import forecast
from hebbfilm.run.bench.model.counting import Talk, on_ranks
from hebbfilm.run.bench.model.law import GROWTHS, Count, Law
from hebbfilm.run.bench.model.network import CLUSTER, Network
from hebbfilm.run.bench.model.prediction import Model
from hebbfilm.run.cli import main

alone = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts ranks of its own")
QUIET = Talk(0, 0, 0, 0, 0, 0, 0)

PROGRAM = """
import json
import numpy as np
from mpi4py import MPI
from hebbfilm.run.bench.model.counting import count_calls
comm = MPI.COMM_WORLD
right, left = (comm.rank + 1) % comm.size, (comm.rank - 1) % comm.size
three, one, found = np.zeros(3), np.zeros(1), np.zeros(1)
again = comm.Send_init(three, dest=right)
ring = comm.Create_dist_graph_adjacent([left], [right])

def speak():
    sent = comm.Isend(three, dest=right)
    comm.Recv(three, source=left)
    sent.Wait()
    again.Start()
    comm.Recv(three, source=left)
    again.Wait()
    ring.Neighbor_alltoall(one, found)
    comm.Allreduce(one, found)
    comm.Alltoallv([np.ones(comm.size), [1] * comm.size], [np.ones(comm.size), [1] * comm.size])
    comm.Barrier()
    MPI.COMM_SELF.Allreduce(one, found)

talks = count_calls(comm, speak, 3)
if comm.rank == 0:
    print(json.dumps(talks))
"""


@alone
@pytest.mark.parametrize("ranks", [2, 3])
def test_counts_are_exact(tmp_path, monkeypatch, ranks):
    (tmp_path / "speaking.py").write_text(PROGRAM)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    every = on_ranks(ranks, "speaking", [])
    exchanged = ranks - 1
    for talk in map(Talk._make, every):
        assert talk.messages == 3 + exchanged
        assert talk.bytes == 8 * (3 + 3 + 1 + exchanged)
        assert talk.reductions == 1
        assert talk.reduced_bytes == 8
        assert talk.exchanges == 1
        assert talk.others == 1
        # Two receipts, two waits for what was sent, and the neighbours.
        assert talk.waits == 5


@alone
def test_what_fails_is_told_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "failing.py").write_text("raise SystemExit('no film here')")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    with pytest.raises(InputError, match="2 ranks failed: no film here") as raised:
        on_ranks(2, "failing", [])
    assert "\n" not in str(raised.value)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="no mpirun"):
        on_ranks(2, "failing", [])


@pytest.mark.parametrize(
    ("part", "messages", "size"),
    [
        (
            "step",
            lambda n, p: 24 * (1 - p**-0.5) ** 2,
            lambda n, p: 400 * (n / p) ** 0.5 * (1 - p**-0.5),
        ),
        (
            "conductance",
            lambda n, p: 300 * (1 - p**-0.5) ** 2 + 900 * np.log2(p) ** 2,
            lambda n, p: 5e4 * np.log2(p) ** 2,
        ),
        ("demagnetisation", lambda n, p: 2 * (p - 1) + 3, lambda n, p: 48 * n / p * (1 - 1 / p)),
    ],
)
def test_law_goes_on_as_counts_grow(part, messages, size):
    def count(n, p):
        return Count(n, p, QUIET._replace(messages=messages(n, p), bytes=size(n, p), reductions=2))

    law = Law(part, [count(n, p) for n in (1e4, 1e5) for p in (2, 4, 8)])
    foretold = law.talk(1e7, 1024)
    assert foretold.messages == pytest.approx(messages(1e7, 1024), rel=1e-6)
    assert foretold.bytes == pytest.approx(size(1e7, 1024), rel=1e-6)
    assert foretold.reductions == pytest.approx(2)
    assert law.talk(1e7, 1) == QUIET
    assert max(law.misfit.values()) < 1e-6


def test_law_tells_where_it_does_not_fit():
    counts = [Count(1e4, p, QUIET._replace(reductions=p)) for p in (2, 8)]
    assert Law("step", counts).misfit["reductions"] > 0.3


def silent(name):
    return Law(name, [Count(1e4, p, QUIET) for p in (2, 4)])


def test_model_without_talk_scales_to_the_last_plane():
    laws = {name: silent(name) for name in ("step", "renewal", "demagnetisation")}
    seconds = {name: [(1e3, 1e-5), (1e5, 1e-3)] for name in laws}
    model = Model(laws, seconds, CLUSTER, planes=0.5)
    # Between the films that were timed, and beyond the largest, each vertex costs 10 ns.
    assert model.part("step", 1e6, 8).seconds == pytest.approx(1e6 / 8 * 1e-8)
    assert model.part("step", 1e6, 128).seconds == pytest.approx(1e6 / 128 * 1e-8)
    # Below the smallest nothing is gained any more.
    assert model.part("step", 1e5, 1000).seconds == pytest.approx(1e-5)
    # 500 planes.
    assert model.part("demagnetisation", 1e6, 2048).seconds == pytest.approx(1e6 / 500 * 1e-8)
    whole = model.step(1e6, 8, renewals=0.5)
    assert whole.seconds == pytest.approx(1.5 * 1e6 / 8 * 1e-8)
    assert model.breaks_at("step", 1e6, 4096) is None


def test_model_breaks_where_talk_outweighs():
    talking = Law("step", [Count(1e4, p, QUIET._replace(reductions=1)) for p in (2, 4, 8)])
    slow = Network(latency=0.0, bandwidth=1e9, reduction=1e-4)
    model = Model({"step": talking}, {"step": [(1.0, 1e-8), (1e6, 1e-2)]}, slow, planes=1.0)
    # 10 ms / p of computing against log2(p) / 10 ms of reductions.
    assert model.part("step", 1e6, 16).talking == pytest.approx(4e-4)
    assert model.breaks_at("step", 1e6, 4096) == 32


@pytest.mark.parametrize("options", [["--model", "--film", "wheel"], ["--model", "--side", "1e-7"]])
def test_bad_input(comm, capsys, options):
    assert main(["bench", *options]) == 2
    assert ("--model has films of its own" in capsys.readouterr().err) == (comm.rank == 0)


@alone
def test_a_step_reduces_once_and_gathers_nothing():
    found = on_ranks(3, "hebbfilm.run.bench.model.counted_parts", ["2000", "4.33e-9"])
    step, renewal = (Talk(*found["most"][name]) for name in ("step", "renewal"))
    # Once for each attempt at a step, which waits for ghosts at each of three evaluations or more.
    assert 0 < 3 * step.reductions <= step.waits
    assert step.others == step.exchanges == 0
    assert step.messages <= step.waits * found["partition"]["most_neighbours"]
    assert renewal.others == renewal.exchanges == 0


def test_a_coupled_step_has_its_share_of_renewals():
    laws = {name: silent(name) for name in GROWTHS}
    model = Model(laws, {name: [(1e3, 1e-5), (1e5, 1e-3)] for name in laws}, CLUSTER, planes=1.0)
    first, second = forecast.course(model, [1, 2], 0.5, [1e6, 1e6])
    assert first["coupled_s"] == pytest.approx(1.5 * first["step_s"]) == 1.5e-2
    assert second["efficiency"] == pytest.approx(1)
