"""Levels and measures of question 04.

Every case builds a cluster, hands it over and looks at what came and at what it cost.
The truth is the oracle's, on the lists that the cluster was built from. What is not to
be guessed is drawn.
"""

from __future__ import annotations

import random
from collections import Counter
from textwrap import fill
from typing import Any

from perfkata.judge.grading import (
    Count,
    Draw,
    Solution,
    call,
    counted,
    generated,
    given,
    level,
    require,
)
from perfkata.machines.network import (
    BYTES_PER_INTEGER,
    OFFERED_METHODS,
    OFFERED_VALUES,
    Cluster,
    Sending,
)

from given import NodeDownError
from oracle import mode

_KNOWN_SOMEWHERE = (
    "what is known at a node is what was read or received there, and no node was"
    " reached from all that have data"
)
_USED_THE_NETWORK = (
    "what is known at a node is what was read or received there: all messages arrived"
    " as others than were sent, and the answer was right nevertheless"
)
_TOLD_ENOUGH = (
    "what is known at a node is what was read or received there: fewer bits were sent"
    " than there are integers, so none can have learned which of them is on two nodes"
)
# Where numbers change their width or sign, or a float loses the last bit.
_EDGES = (
    *(0, -1, 127, 128, 255, 256, 2**15, 2**16, 2**31, 2**32, 2**53, 2**61 - 1),
    *(-(2**7), -(2**15), -(2**31), -(2**32), -(2**53), -(2**62)),
)
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
# At level 4, for any coding, and for one that is as good as the model answer's.
_MOST_FOR_ANY_CODING = 2.5
_MOST = 1.25
# What a node has in the measures, so that shares are neither empty nor full.
_VALUES_OF_A_NODE = 2_000
_MEASURED_RANGE = range(4_000)


@level(1)
def one_value(solution: Solution) -> None:
    """A single integer is the mode."""
    cluster = _built([[7]])
    assert solution.find_mode(cluster) == 7


@level(1)
def two_nodes(solution: Solution) -> None:
    """The value that both nodes have wins over what is more frequent on one."""
    cluster = _built([[5, 5, 8], [8, 3, 8]])
    assert solution.find_mode(cluster) == 8


@level(1)
def local_modes_mislead(solution: Solution) -> None:
    """A value that is nowhere the most frequent can be so over all."""
    cluster = _built([[1, 1, 9], [2, 2, 9], [3, 3, 9]])
    assert solution.find_mode(cluster) == 9
    cluster = _built(
        [[20, 20, 20, 6, 6], [30, 30, 30, 6, 6], [40, 40, 40, 6, 6], [50, 50]]
    )
    assert solution.find_mode(cluster) == 6


@level(1)
def local_modes_add_up_wrong(solution: Solution) -> None:
    """The value that most nodes favour need not be the most frequent."""
    cluster = _built([[1], [1], [1], [2, 2, 2, 2]])
    assert solution.find_mode(cluster) == 2


@level(1)
def tie(solution: Solution) -> None:
    """Of equally frequent values, the smallest is the answer, wherever it is."""
    cluster = _built([[9, 9, 4], [4, 6, 6]])
    assert solution.find_mode(cluster) == 4
    cluster = _built([[8, 8], [3, 3]])
    assert solution.find_mode(cluster) == 3
    cluster = _built([[3, 8], [8, 3]])
    assert solution.find_mode(cluster) == 3
    cluster = _built([[11, 5], [7, 13], [17, 3]])
    assert solution.find_mode(cluster) == 3


@level(1)
def tie_of_nine_and_ten(solution: Solution) -> None:
    """Values are compared as numbers and not as text."""
    cluster = _built([[10, 9, 100], [100, 9, 10]])
    assert solution.find_mode(cluster) == 9


@level(1)
def one_node(solution: Solution) -> None:
    """A cluster may be a single node, which has nobody to tell."""
    cluster = _built([[4, 7, 7, 4, 7, 1]])
    assert solution.find_mode(cluster) == 7


@level(1)
def empty_nodes(solution: Solution) -> None:
    """A node may have no data, be it the first, the last, or all but one."""
    cluster = _built([[], [6, 2], [6]])
    assert solution.find_mode(cluster) == 6
    cluster = _built([[6, 2], [], [2]])
    assert solution.find_mode(cluster) == 2
    cluster = _built([[1, 5], [5], []])
    assert solution.find_mode(cluster) == 5
    cluster = _built([[], [], [0], []])
    assert solution.find_mode(cluster) == 0


@level(1)
def no_data(solution: Solution) -> None:
    """Without any data there is no mode."""
    cluster = _built([[], [], []])
    with solution.raises(ValueError):
        solution.find_mode(cluster)
    cluster = _built([[]])
    with solution.raises(ValueError):
        solution.find_mode(cluster)


@level(1)
def all_equal(solution: Solution) -> None:
    """One value, two hundred times."""
    cluster = _built([[12] * 40] * 5, written="Cluster.from_lists([[12] * 40] * 5)")
    assert solution.find_mode(cluster) == 12


@generated(1, count=3)
def drawn_clusters(solution: Solution, draw: Draw) -> None:
    """Ten thousand values from 0 to 999 on ten nodes."""
    _, cluster, lists = _drawn(10, 10_000, draw)
    assert solution.find_mode(cluster) == mode(lists)


@generated(1, count=60)
def few_values(solution: Solution, draw: Draw) -> None:
    """Small lists of small values, with many ties and empty nodes."""
    num_nodes = draw.size(1, 7)
    highest = draw.choice((1, 3, 20))
    lists = [
        [draw.integer(0, highest) for _ in range(draw.size(0, 8))]
        for _ in range(num_nodes)
    ]
    machine = _machine(lists)
    cluster = _offered(machine, lists)
    if any(lists):
        assert solution.find_mode(cluster) == mode(lists)
        _require_known(machine)
    else:
        with solution.raises(ValueError):
            solution.find_mode(cluster)


@generated(1, count=10)
def skewed_values(solution: Solution, draw: Draw) -> None:
    """A few values are frequent, many are rare, and nodes differ in length."""
    lists = [
        [_rank(draw) for _ in range(draw.size(0, 120))] for _ in range(draw.size(2, 9))
    ]
    lists[draw.integer(0, len(lists) - 1)].append(1)
    cluster = _built(lists)
    assert solution.find_mode(cluster) == mode(lists)


@generated(1, count=4)
def garbled_messages(solution: Solution, draw: Draw) -> None:
    """Where all messages arrive garbled, the right answer cannot be known."""
    # Among so many values, noise does not come upon the right one.
    lists, answer = _hidden_mode(draw, draw.integer(3, 6), unit=10**9)
    cluster = _built(lists, garbled=draw.integer(0, 2**32))
    solution.does(
        call("find_mode", cluster).does_not_give(answer, rule=_USED_THE_NETWORK)
    )


@generated(1, count=4)
def messages_of_another_cluster(solution: Solution, draw: Draw) -> None:
    """Where messages arrive that tell of other data, the answer cannot be known."""
    num_nodes = draw.integer(3, 6)
    # Of twice the unit, so that the two have no mode in common.
    other_lists, _ = _hidden_mode(draw, num_nodes, unit=2 * 10**9)
    lists, answer = _hidden_mode(draw, num_nodes, unit=10**9)
    first = _machine(other_lists)
    # What comes of this call does not matter; what it sends is sent again.
    solution.does(
        call("find_mode", _offered(first, other_lists)).does_not_give(
            answer, rule=_USED_THE_NETWORK
        )
    )
    replayed = first.payloads()
    cluster = given(
        Cluster.from_lists(lists, replayed=replayed),
        methods=OFFERED_METHODS,
        values=OFFERED_VALUES,
        written=fill(f"Cluster.from_lists({lists}, {replayed=})", width=80),
    )
    solution.does(
        call("find_mode", cluster).does_not_give(answer, rule=_USED_THE_NETWORK)
    )


@generated(1, count=4)
def hidden_mode(solution: Solution, draw: Draw) -> None:
    """A value that every node has once, among others that one node has twice."""
    lists, answer = _hidden_mode(draw, draw.integer(3, 6), unit=1)
    machine = _machine(lists)
    assert solution.find_mode(_offered(machine, lists)) == answer
    _require_known(machine)


@level(2)
def negative_values(solution: Solution) -> None:
    """A mode may be negative, and of a tie the lower one is the smallest."""
    cluster = _built([[-5, 3], [-5, 8]])
    assert solution.find_mode(cluster) == -5
    cluster = _built([[-1, -2, 1], [-2, -1, 1]])
    assert solution.find_mode(cluster) == -2
    cluster = _built([[-10, 5], [5, -10], [-9, 9]])
    assert solution.find_mode(cluster) == -10


@level(2)
def all_negative(solution: Solution) -> None:
    """No value need be 0 or more."""
    cluster = _built([[-7, -8], [-8], [-900]])
    assert solution.find_mode(cluster) == -8


@level(2)
def ends_of_64_bits(solution: Solution) -> None:
    """The lowest and the highest 64-bit integer are values like others."""
    cluster = _built([[_LOWEST, 0], [_LOWEST, _HIGHEST]])
    assert solution.find_mode(cluster) == _LOWEST
    cluster = _built([[_HIGHEST, 1], [2, _HIGHEST, 3]])
    assert solution.find_mode(cluster) == _HIGHEST
    cluster = _built([[_HIGHEST, _LOWEST], [_LOWEST, _HIGHEST]])
    assert solution.find_mode(cluster) == _LOWEST


@level(2)
def neighbours_that_a_float_mixes_up(solution: Solution) -> None:
    """Two integers that are one float are two values."""
    cluster = _built([[2**53 + 1, 2**53, 4], [2**53 + 1, 4], [4]])
    assert solution.find_mode(cluster) == 4
    cluster = _built([[-(2**62) - 1, 7], [-(2**62) - 1, -(2**62), 8]])
    assert solution.find_mode(cluster) == -(2**62) - 1


@level(2)
def values_of_equal_low_bits(solution: Solution) -> None:
    """Values that differ above their low 32 bits alone are not equal."""
    cluster = _built([[6, 6 + 2**32, 9], [6 + 2**33, 9, 6 - 2**32]])
    assert solution.find_mode(cluster) == 9


@level(2)
def values_of_equal_hash(solution: Solution) -> None:
    """Values with one hash are two values: -1 and -2, or 0 and 2**61 - 1."""
    cluster = _built([[-1, -2, 5], [-2, 5, -1], [5, 0]])
    assert solution.find_mode(cluster) == 5
    cluster = _built([[0, 2**61 - 1, 5], [0, 2**61 - 1, 5], [5]])
    assert solution.find_mode(cluster) == 5


@level(2)
def counts_of_hundreds(solution: Solution) -> None:
    """A count may be too large for a byte."""
    cluster = _built(
        [[9], [3] * 256 + [9], [9] * 257],
        written="Cluster.from_lists([[9], [3] * 256 + [9], [9] * 257])",
    )
    assert solution.find_mode(cluster) == 9
    cluster = _built(
        [[-3] * 150, [-3] * 140, [2] * 300],
        written="Cluster.from_lists([[-3] * 150, [-3] * 140, [2] * 300])",
    )
    assert solution.find_mode(cluster) == 2


@level(2)
def counts_of_tens_of_thousands(solution: Solution) -> None:
    """A count may be too large for two bytes."""
    cluster = _built(
        [[1], [4] * 65_537, [8] * 65_536],
        written="Cluster.from_lists([[1], [4] * 65_537, [8] * 65_536])",
    )
    assert solution.find_mode(cluster) == 4


@generated(2, count=60)
def any_values(solution: Solution, draw: Draw) -> None:
    """Values about the edges of widths, or anywhere in 64 bits."""
    pool = [_value(draw) for _ in range(draw.size(1, 8))]
    lists = [
        [draw.choice(pool) for _ in range(draw.size(0, 9))]
        for _ in range(draw.size(1, 6))
    ]
    lists[0].append(pool[0])
    cluster = _built(lists)
    assert solution.find_mode(cluster) == mode(lists)


@generated(2, count=20)
def unknown_range(solution: Solution, draw: Draw) -> None:
    """Many values in one corner of the range, wherever that is."""
    middle = _value(draw)
    width = draw.choice((3, 50, 1_000))
    low, high = max(_LOWEST, middle - width), min(_HIGHEST, middle + width)
    lists = [
        [draw.integer(low, high) for _ in range(draw.size(1, 40))]
        for _ in range(draw.size(2, 5))
    ]
    cluster = _built(lists)
    assert solution.find_mode(cluster) == mode(lists)


@generated(3, count=3)
def fewer_bytes_of_equal_values(solution: Solution, draw: Draw) -> None:
    """Where values repeat, less is sent than the raw data."""
    num_nodes = draw.integer(2, 10)
    machine, cluster, lists = _drawn(num_nodes, num_nodes * 1_000, draw)
    assert solution.find_mode(cluster) == mode(lists)
    assert machine.stats().bytes_sent_over_network < _raw_bytes(lists)


@generated(3, count=3)
def fewer_bytes_of_skewed_values(solution: Solution, draw: Draw) -> None:
    """A few frequent values and many rare ones are less than the raw data as well."""
    lists = [
        [_rank(draw) * 1_000_003 for _ in range(draw.integer(300, 400))]
        for _ in range(draw.integer(2, 8))
    ]
    machine = _machine(lists)
    assert solution.find_mode(_offered(machine, lists)) == mode(lists)
    assert machine.stats().bytes_sent_over_network < _raw_bytes(lists)


@generated(3, count=3)
def fewer_bytes_of_distinct_values(solution: Solution, draw: Draw) -> None:
    """Where no node has a value twice, counts must not cost more than they save."""
    source = random.Random(draw.integer(0, 2**32))
    lists = [
        source.sample(range(2**32), draw.integer(400, 600))
        for _ in range(draw.integer(7, 10))
    ]
    lists[0].append(lists[1][0])
    machine = _machine(lists)
    assert solution.find_mode(_offered(machine, lists)) == mode(lists)
    assert machine.stats().bytes_sent_over_network < _raw_bytes(lists)
    _require_told_enough(machine, lists)


@generated(4, count=2)
def no_link_is_the_bottleneck(solution: Solution, draw: Draw) -> None:
    """Random 64-bit integers, which no coding makes short: what counts is the way."""
    source = random.Random(draw.integer(0, 2**32))
    lists = [[source.randint(_LOWEST, _HIGHEST) for _ in range(500)] for _ in range(10)]
    lists[3].append(lists[7][0])
    machine = _machine(lists)
    assert solution.find_mode(_offered(machine, lists)) == mode(lists)
    _require_told_enough(machine, lists)
    assert machine.total_time <= _MOST_FOR_ANY_CODING * _model_seconds(solution, lists)


@generated(4, count=3)
def close_to_the_model_answer(solution: Solution, draw: Draw) -> None:
    """At most 1.25 times the model answer's time, for ten nodes and 10,000 values."""
    machine, cluster, lists = _drawn(10, 10_000, draw)
    assert solution.find_mode(cluster) == mode(lists)
    assert machine.total_time <= _MOST * _model_seconds(solution, lists)


@level(5)
def last_node_down(solution: Solution) -> None:
    """The replica of the last node is with node 0."""
    cluster = _built([[8, 1, 1], [8, 2, 2], [8]], down=2)
    assert solution.find_mode(cluster) == 8


@level(5)
def first_node_down(solution: Solution) -> None:
    """Node 0 cannot be the one that gathers."""
    cluster = _built([[5, 5, 5], [2, 2], [2, 5], [9]], down=0)
    assert solution.find_mode(cluster) == 5


@level(5)
def one_of_two_down(solution: Solution) -> None:
    """The node that is left has both lists and nobody to tell."""
    cluster = _built([[4, 4, 6], [6, 6]], down=1)
    assert solution.find_mode(cluster) == 6
    cluster = _built([[4, 4, 6], [6, 6]], down=0)
    assert solution.find_mode(cluster) == 6


@level(5)
def lost_list_counts_once(solution: Solution) -> None:
    """A list is with two nodes, and its values count once."""
    cluster = _built([[3, 3, 3], [7, 7], [1, 1], [7, 7]], down=1)
    assert solution.find_mode(cluster) == 7
    cluster = _built([[5, 5, 5, 5], [6], [2, 2, 2], [6]], down=2)
    assert solution.find_mode(cluster) == 5


@level(5)
def only_the_lost_list_has_data(solution: Solution) -> None:
    """All data may be of the node that is down, and none may be."""
    cluster = _built([[], [8, 2, 8], []], down=1)
    assert solution.find_mode(cluster) == 8
    cluster = _built([[], [3], []], down=2)
    assert solution.find_mode(cluster) == 3


@level(5)
def no_data_and_a_node_down(solution: Solution) -> None:
    """Without any data there is no mode, also where a node is down."""
    cluster = _built([[], [], []], down=1)
    with solution.raises(ValueError):
        solution.find_mode(cluster)


@generated(5, count=40)
def any_node_down(solution: Solution, draw: Draw) -> None:
    """Whichever node is down, the answer is that of all lists."""
    num_nodes = draw.size(2, 7)
    highest = draw.choice((2, 30))
    lists = [
        [draw.integer(-highest, highest) for _ in range(draw.size(0, 9))]
        for _ in range(num_nodes)
    ]
    down = draw.integer(0, num_nodes - 1)
    lists[down].append(draw.integer(0, highest))
    machine = _machine(lists, down=down)
    assert solution.find_mode(_offered(machine, lists, down)) == mode(lists)
    _require_known(machine)


@generated(5, count=10)
def lost_list_decides(solution: Solution, draw: Draw) -> None:
    """Without the lost list, or with it twice, another value would be the mode."""
    num_nodes = draw.integer(3, 9)
    down = draw.integer(0, num_nodes - 1)
    answer = draw.integer(-(10**6), 10**6)
    low, high = answer - 1, answer + 1
    lists: list[list[int]] = [[] for _ in range(num_nodes)]
    # Without the lost list, low has 3 and the answer 2; with it twice, high has 5.
    lists[down] += [answer, answer, high, high]
    others = draw.shuffled([node for node in range(num_nodes) if node != down])
    for place, value in enumerate([low, low, low, answer, answer, high]):
        lists[others[place % len(others)]].append(value)
    cluster = _built(lists, down=down)
    assert solution.find_mode(cluster) == answer


@counted("seconds")
def simulated_seconds(solution: Solution, size: int, source: random.Random) -> Count:
    """The cluster's time, with as much data at each node however many there are."""
    machine = _measured(solution, size, source)
    return _with_cause(machine)


@counted("bytes")
def bytes_sent(solution: Solution, size: int, source: random.Random) -> int:
    """The bytes that all links carry together, for the same data."""
    return _measured(solution, size, source).stats().bytes_sent_over_network


def _measured(solution: Solution, size: int, source: random.Random) -> Cluster:
    lists = [
        source.choices(_MEASURED_RANGE, k=_VALUES_OF_A_NODE)
        for _ in range(max(size, 1))
    ]
    counts: Counter[int] = Counter()
    for values in lists:
        counts.update(values)
    machine = _machine(lists)
    answer = min(counts, key=lambda value: (-counts[value], value))
    assert solution.find_mode(_offered(machine, lists)) == answer
    return machine


def _require_known(machine: Cluster) -> None:
    """Hold the submission to its rule, for a cluster that the case calls machine."""
    require(
        machine.all_is_known_somewhere(),
        _KNOWN_SOMEWHERE,
        written="machine.all_is_known_somewhere()",
    )


def _require_told_enough(machine: Cluster, lists: list[list[int]]) -> None:
    """Require a bit for each integer that is not at the fullest node.

    The integers are random, and all but one are on one node alone. To find that one is
    to find where sets meet, which takes bits in proportion to their size: B.
    Kalyanasundaram, G. Schnitger, "The Probabilistic Communication Complexity of Set
    Intersection", SIAM J. Discrete Math. 5 (4), 1992. What is sent in practice is many
    times as much, as a filter with few errors takes ten bits for each.
    """
    fewest = _raw_bytes(lists) // (8 * BYTES_PER_INTEGER)
    require(
        machine.stats().bytes_sent_over_network >= fewest,
        _TOLD_ENOUGH,
        written=f"machine.stats().bytes_sent_over_network >= {fewest}",
    )


def _with_cause(machine: Cluster) -> Count:
    """Return the time, and say so if most bytes had to go into one node."""
    received: Counter[int] = Counter()
    for event in machine.log:
        if isinstance(event, Sending) and event.from_node != event.to_node:
            received[event.to_node] += event.num_bytes
    total_bytes = received.total()
    ((node, num_bytes),) = received.most_common(1) or [(0, 0)]
    # Between two nodes, half of all bytes are no crowd.
    if machine.num_nodes <= 2 or 2 * num_bytes <= total_bytes:
        return Count(machine.total_time)
    sentence = (
        f"{num_bytes:,} of {total_bytes:,} bytes go into node {node}, one message"
        " after the other, while the links into other nodes are idle"
    )
    return Count(machine.total_time, "incast", sentence)


def _built(
    lists: list[list[int]],
    down: int | None = None,
    garbled: int | None = None,
    written: str | None = None,
) -> Any:
    """Return what a submission sees of a cluster of these lists."""
    return _offered(_machine(lists, down, garbled), lists, down, garbled, written)


def _machine(
    lists: list[list[int]], down: int | None = None, garbled: int | None = None
) -> Cluster:
    return Cluster.from_lists(lists, down, NodeDownError, garbled)


def _offered(
    machine: Cluster,
    lists: list[list[int]],
    down: int | None = None,
    garbled: int | None = None,
    written: str | None = None,
) -> Any:
    """Return what a submission sees of a cluster that was made of these."""
    if written is None:
        options = "" if down is None else f", {down=}, error=given.NodeDownError"
        options += "" if garbled is None else f", {garbled=}"
        written = fill(f"Cluster.from_lists({lists}{options})", width=80)
    return given(
        machine, methods=OFFERED_METHODS, values=OFFERED_VALUES, written=written
    )


def _drawn(
    num_nodes: int, total_values: int, draw: Draw
) -> tuple[Cluster, Any, list[list[int]]]:
    """Return a cluster of values from 0 to 999, what is seen of it, and its lists."""
    seed = draw.integer(0, 2**32)
    machine = Cluster(num_nodes, total_values, seed)
    another = Cluster(num_nodes, total_values, seed)
    lists = [another.read_local_data(node) for node in range(num_nodes)]
    written = f"Cluster({num_nodes=}, {total_values=}, {seed=})"
    return machine, _offered(machine, lists, written=written), lists


def _rank(draw: Draw) -> int:
    """Draw 1 half the time, 2 or 3 a quarter of the time, and so on up to 999."""
    low = 1
    while low < 512 and draw.boolean():
        low *= 2
    return draw.integer(low, min(2 * low - 1, 999))


def _value(draw: Draw) -> int:
    """Draw a value near one of the edges, or anywhere."""
    if draw.boolean(0.3):
        return draw.integer(_LOWEST, _HIGHEST)
    return draw.choice(_EDGES) + draw.integer(-1, 1)


def _hidden_mode(draw: Draw, num_nodes: int, unit: int) -> tuple[list[list[int]], int]:
    """Draw lists whose mode no node could take for one by itself.

    Every node has it once, and thirty smaller values of its own twice. Whatever share
    of its own list a node looks at, others in it are more frequent. All values are
    below 1,000 units.
    """
    answer = 900 * unit + draw.integer(0, 99 * unit)
    source = random.Random(draw.integer(0, 2**32))
    local = iter(source.sample(range(900 * unit), 30 * num_nodes))
    lists = []
    for _ in range(num_nodes):
        values = [answer]
        for _ in range(30):
            values += [next(local)] * 2
        source.shuffle(values)
        lists.append(values)
    return lists, answer


def _raw_bytes(lists: list[list[int]]) -> int:
    """Return what it takes to send all integers as they are to the fullest node."""
    lengths = [len(values) for values in lists]
    return BYTES_PER_INTEGER * (sum(lengths) - max(lengths))


def _model_seconds(solution: Solution, lists: list[list[int]]) -> float:
    """Return what the model answer takes for the same data."""
    machine = Cluster.from_lists(lists)
    solution.model.find_mode(machine)
    return machine.total_time
