"""Question 04: its answers against the oracle, its ladder, and what its rules see."""

from __future__ import annotations

import contextlib
import importlib.util
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.catalog import Catalog
from perfkata.machines.network import Cluster, Payloads
from tests.questions.conftest import ROOT

QUESTION = Catalog(ROOT).question("04")
RUNGS = QUESTION.rungs()
MODEL = RUNGS[-1]
# Read everything where it stands, and not from messages.
CHEATS = {
    "reads_all_and_sends_nothing",
    "messages_for_show",
    "messages_that_are_checked",
    "sends_and_never_receives",
    "shares_kept_in_one_dict",
}
# Sends what depends on the data, and still counts what no message tells.
DIGESTS = "digests_in_place_of_data"
VALUES = st.one_of(
    st.integers(-3, 3),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([-(2**63), 2**63 - 1, 2**53, 2**53 + 1, 127, 128, -1, -2]),
)
LISTS = st.lists(st.lists(VALUES, max_size=12), min_size=1, max_size=9)


def loaded(path: Path | None, **modules: ModuleType) -> ModuleType:
    """A file of the question as a module of no name that others could import."""
    assert path is not None
    spec = importlib.util.spec_from_file_location(f"_04_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patched:
        for name, other in modules.items():
            patched.setitem(sys.modules, name, other)
        spec.loader.exec_module(module)
    return module


GIVEN = loaded(QUESTION.given)
ORACLE = loaded(QUESTION.oracle)
FIND_MODE: dict[str, Callable[[Cluster], int]] = {
    path.stem: loaded(path, given=GIVEN).find_mode
    for path in (*RUNGS, *QUESTION.wrong_answers())
}
RUNG_NAMES = [path.stem for path in RUNGS]


def machine(
    lists: list[list[int]],
    down: int | None = None,
    garbled: int | None = None,
    replayed: Payloads | None = None,
) -> Cluster:
    """A cluster that raises the error that the question hands out."""
    return Cluster.from_lists(lists, down, GIVEN.NodeDownError, garbled, replayed)


def hidden_mode(seed: int, num_nodes: int) -> tuple[list[list[int]], int]:
    """Lists in which every node has one value once, and thirty others twice."""
    source = random.Random(seed)
    answer = 900 * 10**9 + source.randrange(10**11)
    local = iter(source.sample(range(900 * 10**9), 30 * num_nodes))
    lists = []
    for _ in range(num_nodes):
        own = [next(local) for _ in range(30)]
        lists.append([answer, *own, *own])
    return lists, answer


def finds_it_anyway(name: str, seed: int) -> bool:
    """Whether an answer is right where no message arrives as it was sent."""
    num_nodes = 3 + seed % 4
    lists, answer = hidden_mode(seed, num_nodes)
    first = machine(hidden_mode(seed + 1_000, num_nodes)[0])
    with contextlib.suppress(Exception):
        FIND_MODE[name](first)
    misled = machine(lists, garbled=seed), machine(lists, replayed=first.payloads())
    for cluster in misled:
        try:
            found = FIND_MODE[name](cluster)
        except Exception:
            continue
        if found == answer:
            return True
    return False


@pytest.mark.parametrize("name", RUNG_NAMES)
@settings(deadline=None)
@given(lists=LISTS, data=st.data())
def test_a_rung_finds_what_the_oracle_finds(
    name: str, lists: list[list[int]], data: st.DataObject
) -> None:
    """With every node up or one down; and all that has data meets at one node."""
    nodes = st.integers(0, len(lists) - 1)
    down = data.draw(st.none() | nodes if len(lists) > 1 else st.none())
    cluster = machine(lists, down)
    if any(lists):
        assert FIND_MODE[name](cluster) == ORACLE.mode(lists)
        assert cluster.all_is_known_somewhere()
    else:
        with pytest.raises(ValueError, match="data"):
            FIND_MODE[name](cluster)


@given(LISTS)
def test_the_oracle_counts(lists: list[list[int]]) -> None:
    """No value is more frequent than its answer, and none as frequent is smaller."""
    everything = [value for values in lists for value in values]
    if not everything:
        with pytest.raises(ValueError, match="no list"):
            ORACLE.mode(lists)
        return
    answer = ORACLE.mode(lists)
    for value in everything:
        ranks = [(-everything.count(each), each) for each in (answer, value)]
        assert ranks[0] <= ranks[1]


@pytest.mark.parametrize("name", RUNG_NAMES)
def test_a_rung_sends_nothing_to_itself_alone(name: str) -> None:
    """One node finds its mode without a byte on the network."""
    cluster = machine([[3, 5, 5]])
    assert FIND_MODE[name](cluster) == 5
    assert cluster.stats().bytes_sent_over_network == 0


def test_every_rung_is_faster_than_the_one_before() -> None:
    """The ladder ascends by a tenth and more, for ten nodes and for 64."""
    source = random.Random(4)
    for num_nodes, length, highest in ((10, 1_000, 1_000), (64, 2_000, 4_000)):
        lists = [source.choices(range(highest), k=length) for _ in range(num_nodes)]
        seconds = []
        for name in RUNG_NAMES:
            cluster = machine(lists)
            FIND_MODE[name](cluster)
            seconds.append(cluster.total_time)
        ratios = [before / after for before, after in pairwise(seconds)]
        assert min(ratios) > 1.1, seconds


def test_the_model_answer_is_near_the_entropy() -> None:
    """It sends less than three times the 235 bytes that a node's counts are worth."""
    source = random.Random(4)
    lists = [source.choices(range(1_000), k=1_000) for _ in range(10)]
    cluster = machine(lists)
    FIND_MODE[MODEL.stem](cluster)
    num_bytes = cluster.stats().bytes_sent_over_network
    assert 9 * 235 < num_bytes < 3 * 9 * 235


@pytest.mark.parametrize(
    "name", sorted(FIND_MODE.keys() - CHEATS - {DIGESTS}), ids=lambda name: str(name)
)
def test_who_uses_the_network_is_misled_by_noise(name: str) -> None:
    """An honest answer, right or wrong, is never taken for one that breaks the rule."""
    assert not any(finds_it_anyway(name, seed) for seed in range(20))


@pytest.mark.parametrize("name", sorted(CHEATS))
def test_who_does_not_is_seen(name: str) -> None:
    """A cheat is right whatever arrives, or has no path of messages."""
    for seed in range(20):
        lists, answer = hidden_mode(seed, 5)
        cluster = machine(lists)
        assert FIND_MODE[name](cluster) == answer
        assert finds_it_anyway(name, seed) or not cluster.all_is_known_somewhere()


def test_who_sends_digests_sends_too_little() -> None:
    """Of distinct integers, a rung tells by bytes, and a cheat by less than a bit."""
    source = random.Random(4)
    lists = [source.sample(range(2**32), 500) for _ in range(8)]
    lists[2].append(lists[5][0])
    num_bytes = {}
    for name in (*RUNG_NAMES, DIGESTS):
        cluster = machine(lists)
        assert FIND_MODE[name](cluster) == lists[5][0]
        num_bytes[name] = cluster.stats().bytes_sent_over_network
    fewest = 7 * 500 // 8
    assert num_bytes.pop(DIGESTS) < fewest
    assert min(num_bytes.values()) > 8 * fewest
