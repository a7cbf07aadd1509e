"""A cluster of nodes and links whose time is counted, not taken.

Every node has a clock, a list of 64-bit integers and a box for messages. Reading costs
8 bytes an integer at 10 bytes/s on the node's clock. A message costs its bytes at 1
byte/s, an empty one as much as one byte, and holds two links for that long: the
sender's outgoing and the receiver's incoming one. Both carry one message at a time,
and each way is a link of its own. A message leaves at the latest of the sender's
clock and both links being free. Links are booked in the order of the calls, and gaps
before a booking stay unused. The sender's clock does not wait.

Time is kept in whole ticks of a tenth of a second, so it is exact; seconds are the
floats next to ticks / 10. A node also holds a replica of the list of the node before
it, counted round, so node 0 holds that of the last one. A node that is down is down
from the start, and there is at most one.

Besides costs, the cluster follows what can be known where: what was read at a node,
and what its messages could tell (`origins`). That is how a caller who sees all lists
at once is held to the network. What is offered to programs that nobody believes is
`OFFERED_METHODS` and `OFFERED_VALUES`: they check every argument and are bounded.

Guarantees: no clock goes back; bytes sent are bytes received or still in a box; equal
calls give equal times on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

__all__ = [
    "BYTES_PER_INTEGER",
    "MAX_CALLS",
    "MAX_MESSAGE_BYTES",
    "MAX_NODES",
    "MAX_TOTAL_BYTES",
    "OFFERED_METHODS",
    "OFFERED_VALUES",
    "TICKS_PER_SECOND",
    "Cluster",
    "Event",
    "NodeDownError",
    "Payloads",
    "Reading",
    "Receipt",
    "Rendezvous",
    "Sending",
    "Stats",
]

TICKS_PER_SECOND: Final = 10
BYTES_PER_INTEGER: Final = 8
# A byte read at 10 bytes/s, and a byte sent at 1 byte/s.
_TICKS_PER_BYTE_READ: Final = 1
_TICKS_PER_BYTE_SENT: Final = 10

MAX_NODES: Final = 1_024
MAX_CALLS: Final = 20_000
MAX_MESSAGE_BYTES: Final = 2**24
MAX_TOTAL_BYTES: Final = 2**28

OFFERED_METHODS: Final = ("read_local_data", "send", "get_received", "barrier")
OFFERED_VALUES: Final = ("num_nodes", "total_time")

_NUM_DRAWN_VALUES: Final = 1_000


class NodeDownError(Exception):
    """The node is down: nothing is read, sent or received there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A list was read at a node; times are in ticks."""

    node: int
    of: int
    num_integers: int
    started: int
    ended: int


@dataclass(frozen=True, slots=True)
class Sending:
    """A message was sent: when it left, and when its last byte arrived."""

    from_node: int
    to_node: int
    num_bytes: int
    left: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A box was emptied: how many messages, and the node's clock after it."""

    node: int
    num_messages: int
    at: int


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """All clocks were moved to the latest one."""

    at: int


Event = Reading | Sending | Receipt | Rendezvous

# By sender and receiver, payloads as integers from 0 to 255.
Payloads = Mapping[tuple[int, int], Sequence[Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Stats:
    """What a cluster has been used for so far.

    Attributes:
        total_simulated_time: Seconds until the last clock and link come to rest.
        bytes_read_locally: 8 for each integer that was read, each time.
        bytes_sent_over_network: Bytes between different nodes; an empty message is 1.
        network_send_count: Messages between different nodes.
        barrier_count: Calls of `barrier`.
    """

    total_simulated_time: float
    bytes_read_locally: int
    bytes_sent_over_network: int
    network_send_count: int
    barrier_count: int


@dataclass(frozen=True, slots=True)
class _Message:
    """A message on its way; `known` is the origins of its sender, as bits."""

    arrives: int
    data: bytes
    known: int


class Cluster:
    """Nodes with data of their own, joined by links that carry a byte a second.

    Args:
        num_nodes: How many nodes there are, from 1 to 1,024.
        total_values: How many integers from 0 to 999 are drawn. They are dealt in
            equal parts; the first nodes have one more where that does not come out.
        seed: What they are drawn from; equal seeds draw equally on every machine.

    Example:
        >>> cluster = Cluster.from_lists([[7, 7], [9]])
        >>> cluster.read_local_data(1)
        [9]
        >>> cluster.send(1, 0, b"9")
        >>> cluster.get_received(0)
        [b'9']
        >>> cluster.total_time
        1.8
    """

    def __init__(
        self, num_nodes: int = 10, total_values: int = 10_000, seed: int = 42
    ) -> None:
        _checked_count("num_nodes", num_nodes, 1, MAX_NODES)
        _checked_count("total_values", total_values, 0, 2**24)
        if type(seed) is not int:
            raise TypeError(f"seed is of type {type(seed).__name__}: expected an int")
        # Only `random` itself is the same on every version of Python.
        draw = random.Random(seed).random
        share, rest = divmod(total_values, num_nodes)
        lists = [
            [int(draw() * _NUM_DRAWN_VALUES) for _ in range(share + (node < rest))]
            for node in range(num_nodes)
        ]
        self._set_up(lists, None, NodeDownError)

    @classmethod
    def from_lists(
        cls,
        lists: Iterable[Iterable[int]],
        down: int | None = None,
        error: type[Exception] = NodeDownError,
        garbled: int | None = None,
        replayed: Payloads | None = None,
    ) -> Self:
        """Return a cluster whose nodes have the given lists, in order.

        Args:
            lists: One list of 64-bit integers a node; they are copied.
            down: The node that is down, if one is. Never the only one.
            error: What is raised where that node is named.
            garbled: A seed. With it, each payload between different nodes arrives as
                other bytes of the same length, every byte changed.
            replayed: What arrives in place of the payloads between two nodes, by the
                pair of them and in order. Payloads beyond those arrive garbled. Times
                stay those of the payloads that were sent.

        Raises:
            TypeError: A value is no int.
            ValueError: There are no lists or more than 1,024, a value needs more than
                64 bits, or there is no such node that could be down.

        Example:
            >>> Cluster.from_lists([[1], [2, 2]]).num_nodes
            2
        """
        copied = [_checked_values(node, values) for node, values in enumerate(lists)]
        _checked_count("the number of lists", len(copied), 1, MAX_NODES)
        if garbled is not None and type(garbled) is not int:
            raise TypeError("garbled is neither None nor an int")
        if down is not None:
            _checked_count("down", down, 0, len(copied) - 1)
            if len(copied) == 1:
                raise ValueError("down is 0: the only node cannot be down")
        cluster = cls.__new__(cls)
        cluster._set_up(copied, down, error, garbled, replayed)
        return cluster

    def _set_up(
        self,
        lists: list[list[int]],
        down: int | None,
        error: type[Exception],
        garbled: int | None = None,
        replayed: Payloads | None = None,
    ) -> None:
        num_nodes = len(lists)
        self._lists = lists
        self._down = down
        self._error = error
        is_whole = garbled is None and replayed is None
        self._noise = None if is_whole else random.Random(garbled or 0)
        self._replayed = {
            pair: iter([bytes(payload) for payload in payloads])
            for pair, payloads in (replayed or {}).items()
        }
        self._payloads: dict[tuple[int, int], list[bytes]] = {}
        self._clocks = [0] * num_nodes
        self._out_free = [0] * num_nodes
        self._in_free = [0] * num_nodes
        self._boxes: list[list[_Message]] = [[] for _ in range(num_nodes)]
        self._known = [0] * num_nodes
        self._log: list[Event] = []
        self._num_calls = 0
        self._num_payload_bytes = 0

    # What a program is offered.

    @property
    def num_nodes(self) -> int:
        """How many nodes there are, one that is down among them."""
        return len(self._lists)

    @property
    def total_time(self) -> float:
        """Seconds until the last clock and the last link come to rest.

        Example:
            >>> cluster = Cluster.from_lists([[], []])
            >>> cluster.send(0, 1, b"four")
            >>> cluster.total_time
            4.0
        """
        return self.total_ticks / TICKS_PER_SECOND

    def read_local_data(self, node: int, of: int | None = None) -> list[int]:
        """Return a list that the node holds; its clock pays 8 bytes an integer.

        Args:
            node: Where it is read.
            of: Whose list it is: the node's own, unless it is the node before it, of
                which this one holds a replica.

        Raises:
            TypeError: A node is no int.
            ValueError: There is no such node, or it does not hold that list.
            NodeDownError: The node is down (or the class that the cluster was given).
            RuntimeError: There were 20,000 calls before this one.

        Example:
            >>> Cluster.from_lists([[1], [2], [3]]).read_local_data(0, of=2)
            [3]
        """
        self._begin_call()
        self._check_node("node", node)
        whose = node if of is None else of
        self._check_node("of", whose)
        if whose not in (node, (node - 1) % self.num_nodes):
            raise ValueError(f"node {node} holds no replica of node {whose}")
        self._check_up(node)
        values = self._lists[whose]
        started = self._clocks[node]
        cost = BYTES_PER_INTEGER * len(values) * _TICKS_PER_BYTE_READ
        self._clocks[node] = ended = started + cost
        self._known[node] |= 1 << whose
        self._log.append(Reading(node, whose, len(values), started, ended))
        return list(values)

    def send(self, from_node: int, to_node: int, data: bytes) -> None:
        """Send a message; it costs its bytes, at least one, and to oneself nothing.

        Raises:
            TypeError: A node is no int, or `data` is not bytes.
            ValueError: There is no such node, or `data` has more than 2**24 bytes.
            NodeDownError: One of the nodes is down.
            RuntimeError: There were too many calls, or more than 2**28 bytes in all.

        Example:
            >>> cluster = Cluster.from_lists([[], [], []])
            >>> cluster.send(0, 1, b"ten bytes.")
            >>> cluster.send(2, 1, b"four")  # waits for the link into node 1
            >>> [event.left for event in cluster.log]
            [0, 100]
        """
        self._begin_call()
        self._check_node("from_node", from_node)
        self._check_node("to_node", to_node)
        if type(data) is not bytes:
            raise TypeError(f"data is of type {type(data).__name__}: expected bytes")
        if len(data) > MAX_MESSAGE_BYTES:
            raise ValueError(f"data has {len(data)} bytes: at most 2**24 are possible")
        self._check_up(from_node)
        self._check_up(to_node)
        self._num_payload_bytes += len(data)
        if self._num_payload_bytes > MAX_TOTAL_BYTES:
            raise RuntimeError("more than 2**28 bytes were sent in all")
        left = arrived = self._clocks[from_node]
        num_bytes = len(data)
        if from_node != to_node:
            num_bytes = max(num_bytes, 1)
            left = max(left, self._out_free[from_node], self._in_free[to_node])
            arrived = left + num_bytes * _TICKS_PER_BYTE_SENT
            self._out_free[from_node] = self._in_free[to_node] = arrived
            data = self._delivered((from_node, to_node), data)
        message = _Message(arrived, data, self._known[from_node])
        self._boxes[to_node].append(message)
        self._log.append(Sending(from_node, to_node, num_bytes, left, arrived))

    def get_received(self, node: int) -> list[bytes]:
        """Return all messages sent to a node so far by arrival, and empty its box.

        The node's clock moves to the last arrival, if that is later. Messages that
        arrive together come in the order in which they were sent.

        Raises:
            TypeError: The node is no int.
            ValueError: There is no such node.
            NodeDownError: The node is down.
            RuntimeError: There were 20,000 calls before this one.

        Example:
            >>> cluster = Cluster.from_lists([[], []])
            >>> cluster.send(0, 1, b"a")
            >>> cluster.get_received(1), cluster.get_received(1)
            ([b'a'], [])
        """
        self._begin_call()
        self._check_node("node", node)
        self._check_up(node)
        # Sorting keeps the order of the calls among equals.
        messages = sorted(self._boxes[node], key=lambda message: message.arrives)
        self._boxes[node] = []
        for message in messages:
            self._clocks[node] = max(self._clocks[node], message.arrives)
            self._known[node] |= message.known
        self._log.append(Receipt(node, len(messages), self._clocks[node]))
        return [message.data for message in messages]

    def barrier(self) -> None:
        """Move every clock to the latest one; links and boxes stay as they are.

        Raises:
            RuntimeError: There were 20,000 calls before this one.
        """
        self._begin_call()
        latest = max(self._clocks)
        self._clocks = [latest] * self.num_nodes
        self._log.append(Rendezvous(latest))

    # What the trusted side asks.

    @property
    def total_ticks(self) -> int:
        """The total time in ticks of a tenth of a second, which is exact."""
        return max(*self._clocks, *self._out_free, *self._in_free)

    @property
    def log(self) -> tuple[Event, ...]:
        """What happened, in the order of the calls; refused calls are not in it."""
        return tuple(self._log)

    def clock_ticks(self, node: int) -> int:
        """Return the clock of a node, in ticks."""
        return self._clocks[node]

    def origins(self, node: int) -> frozenset[int]:
        """Return the nodes whose lists can be known at a node.

        That is those that were read there, and all that was known at the senders of
        the messages that it received, at the time of sending.

        Example:
            >>> cluster = Cluster.from_lists([[1], [2]])
            >>> _ = cluster.read_local_data(1)
            >>> cluster.send(1, 0, b"2")
            >>> sorted(cluster.origins(0))
            []
            >>> _ = cluster.get_received(0)
            >>> sorted(cluster.origins(0))
            [1]
        """
        known = self._known[node]
        return frozenset(other for other in range(self.num_nodes) if known >> other & 1)

    def all_is_known_somewhere(self) -> bool:
        """Return whether one node can know the lists of all nodes that have data."""
        with_data = sum(1 << node for node, values in enumerate(self._lists) if values)
        return any(known & with_data == with_data for known in self._known)

    def payloads(self) -> dict[tuple[int, int], list[list[int]]]:
        """Return the payloads that were sent between different nodes, as `replayed`.

        Example:
            >>> cluster = Cluster.from_lists([[], []])
            >>> cluster.send(0, 1, b"AB")
            >>> cluster.payloads()
            {(0, 1): [[65, 66]]}
        """
        return {
            pair: [list(payload) for payload in payloads]
            for pair, payloads in self._payloads.items()
        }

    def stats(self) -> Stats:
        """Return what the cluster has been used for so far.

        Cost: O(calls).

        Example:
            >>> cluster = Cluster(num_nodes=2, total_values=4, seed=1)
            >>> _ = cluster.read_local_data(0)
            >>> cluster.send(0, 1, b"")
            >>> cluster.stats().bytes_read_locally
            16
            >>> cluster.stats().bytes_sent_over_network
            1
        """
        readings = [event for event in self._log if isinstance(event, Reading)]
        sendings = [
            event
            for event in self._log
            if isinstance(event, Sending) and event.from_node != event.to_node
        ]
        return Stats(
            total_simulated_time=self.total_time,
            bytes_read_locally=BYTES_PER_INTEGER
            * sum(reading.num_integers for reading in readings),
            bytes_sent_over_network=sum(sending.num_bytes for sending in sendings),
            network_send_count=len(sendings),
            barrier_count=sum(isinstance(event, Rendezvous) for event in self._log),
        )

    def _begin_call(self) -> None:
        if self._num_calls >= MAX_CALLS:
            raise RuntimeError(f"the cluster was called more than {MAX_CALLS:,} times")
        self._num_calls += 1

    def _check_node(self, name: str, node: int) -> None:
        _checked_count(name, node, 0, self.num_nodes - 1)

    def _check_up(self, node: int) -> None:
        if node == self._down:
            raise self._error(f"node {node} is down")

    def _delivered(self, pair: tuple[int, int], data: bytes) -> bytes:
        """Return what arrives of a payload."""
        self._payloads.setdefault(pair, []).append(data)
        if self._noise is None:
            return data
        # What is combined with 1 to 255 comes out as another byte.
        noise = self._noise.choices(range(1, 256), k=len(data))
        garbled = bytes(byte ^ other for byte, other in zip(data, noise, strict=True))
        return next(self._replayed.get(pair, iter(())), garbled)


def _checked_count(name: str, value: int, low: int, high: int) -> None:
    if type(value) is not int:
        raise TypeError(f"{name} is of type {type(value).__name__}: expected an int")
    if not low <= value <= high:
        # Python refuses to write integers of many digits.
        shown = str(value) if abs(value) < 2**64 else "too large to be written"
        raise ValueError(f"{name} is {shown}: expected {low} to {high}")


def _checked_values(node: int, values: Iterable[int]) -> list[int]:
    copied = list(values)
    for value in copied:
        if type(value) is not int:
            kind = type(value).__name__
            raise TypeError(f"list {node} has a value of type {kind}: expected ints")
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"list {node} has a value of more than 64 bits")
    return copied
