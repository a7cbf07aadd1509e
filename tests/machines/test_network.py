"""The cluster: its costs by hand, against a second writing, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.machines import network
from perfkata.machines.network import (
    BYTES_PER_INTEGER,
    TICKS_PER_SECOND,
    Cluster,
    NodeDownError,
    Reading,
    Receipt,
    Rendezvous,
    Sending,
)

NUM_NODES = st.integers(1, 4)


@dataclass(frozen=True)
class Slowly:
    """A message of the second writing: its links are held over an interval."""

    from_node: int
    to_node: int
    data: bytes
    left: Fraction
    arrived: Fraction


@dataclass
class SlowCluster:
    """The model written a second time: fractions of seconds, and nothing summed up.

    A link's state is not kept. It is found from all messages that ever held it.
    """

    lists: list[list[int]]
    clocks: dict[int, Fraction] = field(default_factory=dict)
    sent: list[Slowly] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def clock(self, node: int) -> Fraction:
        return self.clocks.get(node, Fraction(0))

    def read(self, node: int, of: int) -> list[int]:
        seconds = Fraction(8 * len(self.lists[of]), 10)
        self.clocks[node] = self.clock(node) + seconds
        return self.lists[of]

    def send(self, from_node: int, to_node: int, data: bytes) -> None:
        ready = [self.clock(from_node)]
        seconds = Fraction(0)
        if from_node != to_node:
            seconds = Fraction(len(data) or 1)
            for other in self.sent:
                if other.from_node == other.to_node:
                    continue
                if other.from_node == from_node or other.to_node == to_node:
                    ready.append(other.arrived)
        left = max(ready)
        self.sent.append(Slowly(from_node, to_node, data, left, left + seconds))

    def receive(self, node: int) -> list[bytes]:
        waiting = [
            (message.arrived, index, message.data)
            for index, message in enumerate(self.sent)
            if message.to_node == node and index not in self.taken
        ]
        self.taken.update(index for _, index, _ in waiting)
        for arrived, _, _ in waiting:
            self.clocks[node] = max(self.clock(node), arrived)
        return [data for _, _, data in sorted(waiting)]

    def barrier(self) -> None:
        latest = max(self.clock(node) for node in range(len(self.lists)))
        self.clocks = dict.fromkeys(range(len(self.lists)), latest)

    def total(self) -> Fraction:
        return max(
            *(self.clock(node) for node in range(len(self.lists))),
            *(message.arrived for message in self.sent),
            Fraction(0),
        )


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[list[int]], list[tuple[Any, ...]]]:
    """Lists, and calls that a right program could make."""
    num_nodes = draw(NUM_NODES)
    node = st.integers(0, num_nodes - 1)
    values = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=6)
    lists = draw(st.lists(values, min_size=num_nodes, max_size=num_nodes))
    call = st.one_of(
        st.tuples(st.just("read"), node, st.booleans()),
        st.tuples(st.just("send"), node, node, st.binary(max_size=5)),
        st.tuples(st.just("receive"), node),
        st.tuples(st.just("barrier")),
    )
    return lists, draw(st.lists(call, max_size=30))


def run(cluster: Cluster, call: tuple[Any, ...]) -> object:
    """Make one call of a program."""
    match call:
        case "read", node, is_replica:
            of = (node - is_replica) % cluster.num_nodes
            return cluster.read_local_data(node, of=of)
        case "send", from_node, to_node, data:
            cluster.send(from_node, to_node, data)
        case "receive", node:
            return cluster.get_received(node)
        case _:
            cluster.barrier()
    return None


def run_slowly(slow: SlowCluster, call: tuple[Any, ...]) -> object:
    """Make the same call of the second writing."""
    match call:
        case "read", node, is_replica:
            return slow.read(node, (node - is_replica) % len(slow.lists))
        case "send", from_node, to_node, data:
            slow.send(from_node, to_node, data)
        case "receive", node:
            return slow.receive(node)
        case _:
            slow.barrier()
    return None


@given(programs())
def test_it_is_the_second_writing_to_the_tick(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """After every call, results, clocks and total time are those of the slow one."""
    lists, calls = program
    cluster, slow = Cluster.from_lists(lists), SlowCluster(lists)
    for call in calls:
        assert run(cluster, call) == run_slowly(slow, call)
        for node in range(len(lists)):
            ticks = slow.clock(node) * TICKS_PER_SECOND
            assert cluster.clock_ticks(node) == ticks
        assert cluster.total_ticks == slow.total() * TICKS_PER_SECOND
        assert cluster.total_time == float(slow.total())


@given(programs())
def test_clocks_never_go_back(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """No call moves a clock or the total time towards the past."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    before = [0] * (len(lists) + 1)
    for call in calls:
        run(cluster, call)
        clocks = [cluster.clock_ticks(node) for node in range(len(lists))]
        after = [*clocks, cluster.total_ticks]
        assert all(new >= old for new, old in zip(after, before, strict=True))
        before = after


@given(programs())
def test_what_is_sent_is_received_once(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """Each payload comes out of the box that it was sent to, unchanged, once."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    received = {node: list[bytes]() for node in range(len(lists))}
    for call in calls:
        came = run(cluster, call)
        if call[0] == "receive":
            assert isinstance(came, list)
            received[call[1]] += came
    for node, payloads in received.items():
        left = cluster.get_received(node)
        sent = [call[3] for call in calls if call[0] == "send" and call[2] == node]
        assert sorted([*payloads, *left]) == sorted(sent)


@given(programs())
def test_links_carry_one_message_at_a_time(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """On each link, a message leaves after the one before it in the log arrived."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    for call in calls:
        run(cluster, call)
    free: dict[tuple[str, int], int] = {}
    for event in cluster.log:
        if isinstance(event, Sending) and event.from_node != event.to_node:
            links = ("out", event.from_node), ("in", event.to_node)
            assert all(event.left >= free.get(link, 0) for link in links)
            assert event.arrived == event.left + TICKS_PER_SECOND * event.num_bytes
            free.update(dict.fromkeys(links, event.arrived))


@given(programs())
def test_the_counts_are_those_of_the_log(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """`stats` adds up what was called, self-sends left out."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    for call in calls:
        run(cluster, call)
    sends = [call for call in calls if call[0] == "send" and call[1] != call[2]]
    num_read = sum(
        len(lists[(call[1] - call[2]) % len(lists)])
        for call in calls
        if call[0] == "read"
    )
    stats = cluster.stats()
    assert stats.bytes_read_locally == BYTES_PER_INTEGER * num_read
    assert stats.network_send_count == len(sends)
    assert stats.bytes_sent_over_network == sum(len(send[3]) or 1 for send in sends)
    assert stats.barrier_count == calls.count(("barrier",))
    assert stats.total_simulated_time == cluster.total_time


@given(programs())
def test_origins_are_what_travelled(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """What payloads that list all that their sender knows would tell is `origins`."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    known: list[set[int]] = [set() for _ in lists]
    boxes: list[list[set[int]]] = [[] for _ in lists]
    for call in calls:
        run(cluster, call)
        match call:
            case "read", node, is_replica:
                known[node].add((node - is_replica) % len(lists))
            case "send", from_node, to_node, _:
                boxes[to_node].append(set(known[from_node]))
            case "receive", node:
                known[node].update(*boxes[node])
                boxes[node] = []
            case _:
                pass
        assert [set(cluster.origins(node)) for node in range(len(lists))] == known
    with_data = {node for node, values in enumerate(lists) if values}
    is_known = any(with_data <= there for there in known)
    assert cluster.all_is_known_somewhere() is is_known


@given(programs(), st.integers())
def test_garbled_payloads_are_other_bytes_of_that_length(
    program: tuple[list[list[int]], list[tuple[Any, ...]]], seed: int
) -> None:
    """Every byte between nodes arrives changed, at the time of the right one."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    garbled = Cluster.from_lists(lists, garbled=seed)
    for call in calls:
        came, other = run(cluster, call), run(garbled, call)
        if call[0] != "receive":
            assert came == other
            continue
        assert isinstance(came, list) and isinstance(other, list)
        for data, changed in zip(came, other, strict=True):
            assert len(data) == len(changed)
            is_own = data == changed
            assert is_own or all(a != b for a, b in zip(data, changed, strict=True))
    assert garbled.log == cluster.log


def test_a_message_to_oneself_is_not_garbled() -> None:
    """It crosses no link."""
    cluster = Cluster.from_lists([[]], garbled=1)
    cluster.send(0, 0, b"as it is")
    assert cluster.get_received(0) == [b"as it is"]


def test_payloads_of_another_cluster_can_arrive() -> None:
    """By pair and in order; what there is no payload for arrives garbled."""
    first = Cluster.from_lists([[], [], []])
    first.send(0, 1, b"one")
    first.send(0, 1, b"two")
    first.send(2, 1, b"three")
    first.send(1, 1, b"own")
    payloads = first.payloads()
    assert payloads == {(0, 1): [[*b"one"], [*b"two"]], (2, 1): [[*b"three"]]}
    second = Cluster.from_lists([[], [], []], replayed=payloads)
    second.send(2, 1, b"x")
    for _ in range(3):
        second.send(0, 1, b"yy")
    second.send(1, 2, b"zz")
    second.send(1, 1, b"own")
    (own, three, one, two, last) = second.get_received(1)
    assert (own, three, one, two) == (b"own", b"three", b"one", b"two")
    assert len(last) == 2 and last != b"yy"
    assert second.get_received(2) != [b"zz"]
    assert second.stats().bytes_sent_over_network == 9
    assert second.payloads()[0, 1] == [[*b"yy"]] * 3


@given(programs())
def test_one_s_own_payloads_change_nothing(
    program: tuple[list[list[int]], list[tuple[Any, ...]]],
) -> None:
    """Replayed to the same calls, everything comes as it would have come."""
    lists, calls = program
    cluster = Cluster.from_lists(lists)
    came = [run(cluster, call) for call in calls]
    again = Cluster.from_lists(lists, replayed=cluster.payloads())
    assert [run(again, call) for call in calls] == came
    assert again.payloads() == cluster.payloads()


def test_garbling_is_the_seeds() -> None:
    """One seed garbles alike, another one differently."""

    def arrived(seed: int) -> list[bytes]:
        cluster = Cluster.from_lists([[], []], garbled=seed)
        cluster.send(0, 1, bytes(16))
        return cluster.get_received(1)

    assert arrived(1) == arrived(1) != arrived(2)


def test_reading_costs_eight_bytes_an_integer() -> None:
    """Three integers are 24 bytes, which take 2.4 s, at each reading."""
    cluster = Cluster.from_lists([[1, 2, 3], [4]])
    assert cluster.read_local_data(0) == [1, 2, 3]
    assert cluster.total_time == 2.4
    cluster.read_local_data(0)
    assert cluster.log[1] == Reading(0, 0, 3, started=24, ended=48)
    assert cluster.clock_ticks(1) == 0


def test_what_is_read_is_a_copy() -> None:
    """Changing a list that was read changes nothing in the cluster."""
    lists = [[1, 2]]
    cluster = Cluster.from_lists(lists)
    lists[0].append(3)
    cluster.read_local_data(0).clear()
    assert cluster.read_local_data(0) == [1, 2]


def test_a_replica_is_of_the_node_before() -> None:
    """Node 0 holds that of the last node, and pays for the length of that list."""
    cluster = Cluster.from_lists([[1], [2], [3, 4]])
    assert cluster.read_local_data(0, of=2) == [3, 4]
    assert cluster.read_local_data(1, of=0) == [1]
    assert cluster.read_local_data(2, of=2) == [3, 4]
    assert cluster.clock_ticks(0) == 16
    with pytest.raises(ValueError, match="node 1 holds no replica of node 2"):
        cluster.read_local_data(1, of=2)


def test_a_message_waits_for_both_links() -> None:
    """It leaves when its sender, the way out and the way in are ready."""
    cluster = Cluster.from_lists([[1], [], [], []])
    cluster.read_local_data(0)
    cluster.send(0, 1, b"xx")  # its clock is at 0.8
    cluster.send(0, 2, b"x")  # the way out is free at 2.8
    cluster.send(3, 1, b"x")  # the way in is free at 2.8
    cluster.send(1, 0, b"x")  # the other way of both is free
    times = [
        (event.left, event.arrived)
        for event in cluster.log
        if isinstance(event, Sending)
    ]
    assert times == [(8, 28), (28, 38), (28, 38), (0, 10)]
    assert cluster.clock_ticks(0) == 8


def test_gaps_stay_unused() -> None:
    """A short message is not put before one that was booked for later."""
    cluster = Cluster.from_lists([[1] * 10, [], []])
    cluster.read_local_data(0)
    cluster.send(0, 2, b"x")  # from 8 s to 9 s
    cluster.send(1, 2, b"x")  # at 0 s the way in would be free
    assert cluster.log[-1] == Sending(1, 2, 1, left=90, arrived=100)


def test_an_empty_message_costs_a_byte() -> None:
    """So a number of empty messages tells nothing for free."""
    cluster = Cluster.from_lists([[], []])
    cluster.send(0, 1, b"")
    cluster.send(0, 1, b"")
    assert cluster.total_time == 2.0
    assert cluster.get_received(1) == [b"", b""]


def test_a_message_to_oneself_is_free() -> None:
    """It arrives at once, holds no link and counts nowhere."""
    cluster = Cluster.from_lists([[1], []])
    cluster.send(0, 1, b"xxxx")
    cluster.read_local_data(0)
    cluster.send(0, 0, b"yyyy")
    assert cluster.get_received(0) == [b"yyyy"]
    assert cluster.clock_ticks(0) == 8
    assert cluster.stats().bytes_sent_over_network == 4
    assert cluster.stats().network_send_count == 1


def test_messages_come_in_order_of_arrival() -> None:
    """One to oneself, sent last, may be there first."""
    cluster = Cluster.from_lists([[], []])
    cluster.send(0, 1, b"slow")
    cluster.send(1, 1, b"at once")
    assert cluster.get_received(1) == [b"at once", b"slow"]
    assert cluster.log[-1] == Receipt(1, 2, at=40)


def test_a_box_is_emptied_and_the_clock_moves() -> None:
    """Receiving waits for the last message; receiving nothing waits for nothing."""
    cluster = Cluster.from_lists([[], []])
    cluster.send(0, 1, b"xxx")
    assert cluster.clock_ticks(1) == 0
    assert cluster.get_received(1) == [b"xxx"]
    assert cluster.clock_ticks(1) == 30
    assert cluster.get_received(1) == []
    assert cluster.get_received(0) == []
    assert cluster.clock_ticks(0) == 0


def test_a_barrier_looks_at_clocks_alone() -> None:
    """All clocks become the latest; a message that is on its way stays there."""
    cluster = Cluster.from_lists([[1], [], []])
    cluster.read_local_data(0)
    cluster.send(1, 2, b"xxx")
    cluster.barrier()
    assert [cluster.clock_ticks(node) for node in range(3)] == [8, 8, 8]
    assert cluster.total_time == 3.0
    assert cluster.log[-1] == Rendezvous(8)


def test_total_time_counts_links() -> None:
    """A message that nobody receives takes its time too."""
    cluster = Cluster.from_lists([[], []])
    cluster.send(0, 1, bytes(7))
    assert cluster.total_time == 7.0


def test_a_drawn_cluster_is_its_seeds() -> None:
    """Values from 0 to 999 in equal parts, the first nodes one more; as recorded."""
    cluster = Cluster(num_nodes=3, total_values=8, seed=42)
    lists = [cluster.read_local_data(node) for node in range(3)]
    assert lists == [[639, 25, 275], [223, 736, 676], [892, 86]]
    other = Cluster(num_nodes=3, total_values=8, seed=43)
    assert other.read_local_data(0) != lists[0]


def test_a_cluster_has_ten_nodes_of_a_thousand() -> None:
    """That is what one gets without arguments."""
    cluster = Cluster()
    values = [value for node in range(10) for value in cluster.read_local_data(node)]
    assert cluster.num_nodes == 10
    assert len(values) == 10_000
    assert min(values) == 0 and max(values) == 999


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("read_local_data", (1,)),
        ("read_local_data", (1, 0)),
        ("send", (0, 1, b"x")),
        ("send", (1, 0, b"x")),
        ("send", (1, 1, b"x")),
        ("get_received", (1,)),
    ],
)
def test_nothing_happens_at_a_node_that_is_down(
    method: str, arguments: tuple[Any, ...]
) -> None:
    """Every method that names it raises, costs nothing and leaves no trace."""
    cluster = Cluster.from_lists([[1], [2], [3]], down=1)
    with pytest.raises(NodeDownError, match="node 1 is down"):
        getattr(cluster, method)(*arguments)
    assert cluster.log == ()
    assert cluster.total_ticks == 0


def test_the_list_of_a_node_that_is_down_is_with_the_next() -> None:
    """The node stays in the count, and the others do as ever."""
    cluster = Cluster.from_lists([[1], [2], [3]], down=2)
    assert cluster.num_nodes == 3
    assert cluster.read_local_data(0, of=2) == [3]
    cluster.send(0, 1, b"x")
    cluster.barrier()
    assert cluster.get_received(1) == [b"x"]


def test_a_caller_has_an_error_of_its_own() -> None:
    """`error` is the class that is raised."""

    class UnreachableError(Exception):
        pass

    cluster = Cluster.from_lists([[1], [2]], down=0, error=UnreachableError)
    with pytest.raises(UnreachableError):
        cluster.read_local_data(0)


@pytest.mark.parametrize(
    "node", [-1, 2, 2**20_000, -(2**20_000)], ids=["before", "after", "huge", "tiny"]
)
def test_a_node_that_is_not_there_is_named(node: int) -> None:
    """Each argument that is a node must be one of the cluster, however large it is."""
    cluster = Cluster.from_lists([[1], [2]])
    expected = "expected 0 to 1"
    with pytest.raises(ValueError, match=f"node is .*{expected}"):
        cluster.read_local_data(node)
    with pytest.raises(ValueError, match=f"of is .*{expected}"):
        cluster.read_local_data(0, of=node)
    with pytest.raises(ValueError, match=f"from_node is .*{expected}"):
        cluster.send(node, 0, b"")
    with pytest.raises(ValueError, match=f"to_node is .*{expected}"):
        cluster.send(0, node, b"")
    with pytest.raises(ValueError, match=f"node is .*{expected}"):
        cluster.get_received(node)
    assert cluster.log == ()


@pytest.mark.parametrize("node", [True, 1.0, "1", None, [1]])
def test_a_node_is_an_int(node: Any) -> None:
    """A bool is none either."""
    cluster = Cluster.from_lists([[1], [2]])
    kind = type(node).__name__
    calls: list[tuple[str, Callable[[], object]]] = [
        ("node", lambda: cluster.read_local_data(node)),
        ("from_node", lambda: cluster.send(node, 0, b"")),
        ("to_node", lambda: cluster.send(0, node, b"")),
        ("node", lambda: cluster.get_received(node)),
    ]
    for name, call in calls:
        with pytest.raises(TypeError, match=f"^{name} is of type {kind}"):
            call()
    if node is not None:
        with pytest.raises(TypeError, match=f"^of is of type {kind}"):
            cluster.read_local_data(0, of=node)


@pytest.mark.parametrize("data", ["text", bytearray(b"x"), memoryview(b"x"), None, [1]])
def test_a_payload_is_bytes(data: Any) -> None:
    """Nothing that could change later, and nothing that would have to be encoded."""
    cluster = Cluster.from_lists([[1], [2]])
    with pytest.raises(TypeError, match="expected bytes"):
        cluster.send(0, 1, data)


def test_a_payload_is_bounded() -> None:
    """2**24 bytes are sent, one more is refused."""
    cluster = Cluster.from_lists([[], []])
    cluster.send(0, 1, bytes(2**24))
    with pytest.raises(ValueError, match="16777217 bytes"):
        cluster.send(0, 1, bytes(2**24 + 1))


def test_all_payloads_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that went to oneself count too, since they are kept as well."""
    monkeypatch.setattr(network, "MAX_TOTAL_BYTES", 10)
    cluster = Cluster.from_lists([[], []])
    cluster.send(0, 0, bytes(6))
    cluster.send(0, 1, bytes(4))
    with pytest.raises(RuntimeError, match="in all"):
        cluster.send(0, 1, b"x")


def test_calls_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of all kinds count, refused ones too, and after the last none is left."""
    monkeypatch.setattr(network, "MAX_CALLS", 5)
    cluster = Cluster.from_lists([[1]])
    cluster.read_local_data(0)
    cluster.send(0, 0, b"")
    cluster.get_received(0)
    cluster.barrier()
    with pytest.raises(ValueError, match="expected 0 to 0"):
        cluster.get_received(1)
    refused: list[Callable[[], object]] = [
        lambda: cluster.read_local_data(0),
        lambda: cluster.send(0, 0, b""),
        lambda: cluster.get_received(0),
        cluster.barrier,
    ]
    for call in refused:
        with pytest.raises(RuntimeError, match="more than 5 times"):
            call()


@pytest.mark.parametrize(
    ("lists", "down", "message"),
    [
        ([], None, "the number of lists is 0"),
        ([[]] * 1_025, None, "the number of lists is 1025"),
        ([[2**63]], None, "more than 64 bits"),
        ([[], [-(2**63) - 1]], None, "list 1 has a value of more than 64 bits"),
        ([[1]], 0, "the only node"),
        ([[1], [2]], 2, "down is 2"),
        ([[1], [2]], -1, "down is -1"),
    ],
)
def test_a_cluster_that_cannot_be_is_refused(
    lists: list[list[int]], down: int | None, message: str
) -> None:
    """The message names what cannot be."""
    with pytest.raises(ValueError, match=message):
        Cluster.from_lists(lists, down)


def test_a_cluster_is_made_of_ints() -> None:
    """Other types are refused before anything is built."""
    for values in ([True], ["1"], [1.0], [None]):
        with pytest.raises(TypeError, match="list 0 has a value of type"):
            Cluster.from_lists([values])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="down is of type bool"):
        Cluster.from_lists([[1], [2]], down=True)
    with pytest.raises(TypeError, match="garbled"):
        Cluster.from_lists([[1]], garbled="x")  # type: ignore[arg-type]
    for name in ("num_nodes", "total_values", "seed"):
        arguments: dict[str, Any] = {name: "7"}
        with pytest.raises(TypeError, match=f"{name} is of type str"):
            Cluster(**arguments)


@pytest.mark.parametrize(
    "arguments", [{"num_nodes": 0}, {"num_nodes": 1_025}, {"total_values": -1}]
)
def test_a_drawn_cluster_has_bounds(arguments: dict[str, int]) -> None:
    """From 1 to 1,024 nodes, and no negative number of values."""
    with pytest.raises(ValueError, match="expected"):
        Cluster(**arguments)


def test_the_ends_of_64_bits_are_values() -> None:
    """The smallest and the largest 64-bit integer can be held."""
    values = [-(2**63), 2**63 - 1]
    assert Cluster.from_lists([values]).read_local_data(0) == values


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 200), st.integers())
def test_drawn_values_are_dealt_in_equal_parts(
    num_nodes: int, total_values: int, seed: int
) -> None:
    """No two nodes differ by more than one value, and none is lost."""
    cluster = Cluster(num_nodes, total_values, seed)
    sizes = [len(cluster.read_local_data(node)) for node in range(num_nodes)]
    assert sum(sizes) == total_values
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes) - min(sizes) <= 1


def test_what_is_offered_is_there() -> None:
    """The names that a program may use are methods and values of the cluster."""
    cluster = Cluster.from_lists([[1]])
    assert all(callable(getattr(cluster, name)) for name in network.OFFERED_METHODS)
    assert [getattr(cluster, name) for name in network.OFFERED_VALUES] == [1, 0.0]
