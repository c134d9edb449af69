"""Where the ranks of a run are: on which cores of which machines, with how many threads."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.text import counted

_NODES = Path("/sys/devices/system/node")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Place:
    """Of one rank.

    Args:
        machine: its name.
        cores: that it may use, as the system numbers them.
        threads: that its libraries may start; None where nothing says how many.
        memories: NUMA nodes that these cores are next to.
    """

    machine: str
    cores: frozenset[int]
    threads: int | None
    memories: frozenset[int]


def own_place() -> Place:
    """That of this process."""
    cores = frozenset(os.sched_getaffinity(0))
    given = [os.environ[name] for name in _THREADS if os.environ.get(name, "").isdigit()]
    memories = {node for node, those in _cores_by_memory().items() if those & cores}
    return Place(
        MPI.Get_processor_name(),
        cores,
        max(map(int, given)) if given else None,
        frozenset(memories),
    )


def describe(places: Sequence[Place]) -> str:
    """One line: "2 ranks of 1 thread on 1 machine with 2 cores, not bound to cores"."""
    machines = _cores_by_machine(places)
    fewest = min(map(len, machines.values()))
    bound = all(len(place.cores) < len(machines[place.machine]) for place in places)
    told = (
        f"{counted(len(places), 'rank')} of {_threads(places)} on "
        f"{counted(len(machines), 'machine')} with {counted(fewest, 'core')}, "
        f"{'bound' if bound else 'not bound'} to cores"
    )
    split = max(len(place.memories) for place in places)
    return f"{told}; a rank may wander over {split} NUMA nodes" if split > 1 else told


def _threads(places: Sequence[Place]) -> str:
    """Of a rank at most, in words."""
    given = [place.threads for place in places if place.threads is not None]
    if len(given) < len(places):
        return "any number of threads"
    return counted(max(given), "thread")


def troubles(places: Sequence[Place]) -> list[str]:
    """What makes these ranks slow, each with what to do about it."""
    found = []
    for machine, cores in _cores_by_machine(places).items():
        here = [place for place in places if place.machine == machine]
        if len(here) > len(cores):
            having = counted(len(cores), "core")
            found.append(f"{len(here)} ranks share {having} of {machine}: start fewer")
        elif _crowded(here):
            found.append(
                f"ranks on {machine} are bound to the same core: start them with mpirun "
                "--bind-to none"
            )
    threads = max((place.threads or 0 for place in places), default=0)
    if len(places) > 1 and (threads > 1 or any(place.threads is None for place in places)):
        found.append(
            "ranks may start several threads each, which fight over cores: set OMP_NUM_THREADS=1"
        )
    return found


def _crowded(here: Sequence[Place]) -> bool:
    """Whether some ranks have fewer cores to themselves than there are of them."""
    sets = Counter(place.cores for place in here)
    return any(number > len(cores) for cores, number in sets.items())


def _cores_by_machine(places: Sequence[Place]) -> dict[str, set[int]]:
    machines: dict[str, set[int]] = {}
    for place in places:
        machines.setdefault(place.machine, set()).update(place.cores)
    return machines


def _cores_by_memory() -> dict[int, frozenset[int]]:
    """The cores next to each NUMA node; none where the system does not tell."""
    found = {}
    for folder in _NODES.glob("node[0-9]*"):
        try:
            text = (folder / "cpulist").read_text().strip()
        except OSError:
            continue
        found[int(folder.name.removeprefix("node"))] = _parsed(text)
    return found


def _parsed(text: str) -> frozenset[int]:
    """Numbers of a list like "0-3,8".

    Examples:
        >>> sorted(_parsed("0-2,5"))
        [0, 1, 2, 5]
    """
    cores: set[int] = set()
    for word in filter(None, text.split(",")):
        first, _, last = word.partition("-")
        cores.update(range(int(first), int(last or first) + 1))
    return frozenset(cores)
