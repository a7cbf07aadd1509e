"""The mode among the winners of owners, each of whom counts a share of the values.

The idea over the rung before: no node has to see all counts. Every value has an owner,
found from the value alone, and the counts of a value go to its owner, who knows then
how often it occurs everywhere. Only the owners' winners go to one node. Each value
travels once, and the bytes spread over all links.

Links are booked in the order of the calls. If node 0 sent all its messages first, then
node 1 all of its, they would queue for the same links. So in each round every node
sends to another one, and no two to the same.

Cost: about 3 seconds for each value that a node has, shared by as many links as nodes.

Falls short: 4
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie.

    Raises:
        ValueError: No node has any data.
    """
    counts = _count_all(cluster)
    nodes = list(counts)
    shares = {node: _shares(counts[node], nodes) for node in nodes}
    for shift in range(1, len(nodes)):
        for index, node in enumerate(nodes):
            owner = nodes[(index + shift) % len(nodes)]
            if shares[node][owner]:
                cluster.send(node, owner, _packed(shares[node][owner]))
    root = nodes[0]
    winners: Counter[int] = Counter()
    for owner in nodes:
        totals = shares[owner][owner]
        for message in cluster.get_received(owner):
            totals.update(_unpacked(message))
        if not totals:
            continue
        winner = _mode(totals)
        if owner == root:
            winners[winner] = totals[winner]
        else:
            cluster.send(owner, root, _packed(Counter({winner: totals[winner]})))
    for message in cluster.get_received(root):
        winners.update(_unpacked(message))
    return _mode(winners)


def _count_all(cluster: Cluster) -> dict[int, Counter[int]]:
    """Return the counts at each node that is up, those of a lost list included."""
    counts: dict[int, Counter[int]] = {}
    down: list[int] = []
    for node in range(cluster.num_nodes):
        try:
            counts[node] = Counter(cluster.read_local_data(node))
        except NodeDownError:
            down.append(node)
    for node in down:
        holder = (node + 1) % cluster.num_nodes
        counts[holder].update(cluster.read_local_data(holder, of=node))
    return counts


def _shares(counts: Counter[int], nodes: list[int]) -> dict[int, Counter[int]]:
    """Split the counts at a node by the owners of their values."""
    shares: dict[int, Counter[int]] = {node: Counter() for node in nodes}
    for value, count in counts.items():
        # Python's remainder is 0 or more for negative values as well.
        shares[nodes[value % len(nodes)]][value] = count
    return shares


def _packed(counts: Counter[int]) -> bytes:
    """Write each value, its sign folded into its last bit, and its count."""
    return b"".join(
        _number(2 * value if value >= 0 else -2 * value - 1) + _number(count)
        for value, count in counts.items()
    )


def _unpacked(message: bytes) -> Counter[int]:
    numbers = _numbers(message)
    return Counter(
        {
            folded // 2 if folded % 2 == 0 else -(folded + 1) // 2: count
            for folded, count in zip(numbers, numbers, strict=True)
        }
    )


def _number(number: int) -> bytes:
    """Write a number, 0 or more, the low bits first; a byte's top bit: more follow."""
    written = bytearray()
    while number >= 128:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


def _numbers(message: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in message:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def _mode(counts: Counter[int]) -> int:
    if not counts:
        raise ValueError("no node has any data")
    return min(counts, key=lambda value: (-counts[value], value))
