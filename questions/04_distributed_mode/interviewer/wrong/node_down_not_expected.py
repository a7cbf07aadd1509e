"""Reads from every node, and lets the error of one that is down through.

Level: 5
Verdict: raised
"""

from __future__ import annotations

import zlib
from collections import Counter
from itertools import accumulate, pairwise

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts = _count(cluster)
    nodes = list(counts)
    shares = {node: _by_owner(counts[node], nodes) for node in nodes}
    for shift in range(1, len(nodes)):
        for index, node in enumerate(nodes):
            owner = nodes[index - shift]
            if shares[node][owner]:
                cluster.send(node, owner, _packed(shares[node][owner]))
    winners: dict[int, int] = {}
    for owner in nodes:
        totals = shares[owner][owner]
        for message in cluster.get_received(owner):
            totals.update(_unpacked(message))
        if totals:
            best = _best(totals)
            cluster.send(owner, nodes[0], _packed({best: totals[best]}))
    for message in cluster.get_received(nodes[0]):
        winners |= _unpacked(message)
    if not winners:
        raise ValueError("no data")
    return _best(winners)


def _count(cluster: Cluster) -> dict[int, Counter[int]]:
    nodes = range(cluster.num_nodes)
    return {node: Counter(cluster.read_local_data(node)) for node in nodes}


def _by_owner(counts: Counter[int], nodes: list[int]) -> dict[int, Counter[int]]:
    shares: dict[int, Counter[int]] = {node: Counter() for node in nodes}
    for value, count in counts.items():
        shares[nodes[value % len(nodes)]][value] = count
    return shares


def _best(counts: dict[int, int]) -> int:
    return min(counts, key=lambda value: (-counts[value], value))


def _packed(counts: dict[int, int]) -> bytes:
    values = sorted(counts)
    steps = [values[0]] + [high - low for low, high in pairwise(values)]
    numbers = [steps[0] * 2 if steps[0] >= 0 else -2 * steps[0] - 1, *steps[1:]]
    numbers += [counts[value] for value in values]
    plain = b"".join(map(_varint, numbers))
    deflated = zlib.compress(plain, 9, -15)
    return b"z" + deflated if len(deflated) < len(plain) else b"p" + plain


def _unpacked(message: bytes) -> dict[int, int]:
    plain = message[1:]
    if message.startswith(b"z"):
        plain = zlib.decompress(plain, -15)
    numbers, number, shift = [], 0, 0
    for byte in plain:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    half = len(numbers) // 2
    first = numbers[0]
    numbers[0] = first // 2 if first % 2 == 0 else -(first + 1) // 2
    values = accumulate(numbers[:half])
    return dict(zip(values, numbers[half:], strict=True))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
