"""Examples of question 04; add your own.

`Cluster` is the machine that your answer is graded on. Beside what your answer may use,
it has `stats()` and `log`, which say what a call has cost.
"""

from __future__ import annotations

from collections import Counter

import pytest

from perfkata.machines.network import Cluster

from given import NodeDownError
from solution import find_mode


def test_the_most_frequent_value_of_all_nodes() -> None:
    """No node has 9 more than once, but all of them together do."""
    cluster = Cluster.from_lists([[1, 1, 9], [2, 2, 9], [3, 3, 9]])
    assert find_mode(cluster) == 9


def test_the_smallest_of_a_tie() -> None:
    """Both 4 and 9 are there twice."""
    assert find_mode(Cluster.from_lists([[9, 4, 9], [], [4]])) == 4


def test_one_node() -> None:
    """It has nobody to tell."""
    assert find_mode(Cluster.from_lists([[5, 7, 7]])) == 7


def test_no_data() -> None:
    """Then there is no mode; what the message says is up to you."""
    cluster = Cluster.from_lists([[], []])
    with pytest.raises(ValueError):  # noqa: PT011 - any text will do
        find_mode(cluster)


def test_any_64_bit_integers() -> None:
    """Negative ones too, and the smallest of a tie is the lowest."""
    lowest = -(2**63)
    assert find_mode(Cluster.from_lists([[lowest, 5], [lowest]])) == lowest
    assert find_mode(Cluster.from_lists([[-1, -2], [-2, -1]])) == -2


def test_garbled_messages() -> None:
    """An answer that is right all the same has not come over the network."""
    everywhere = 987_654_321_012
    lists = [
        [
            everywhere,
            *range(30 * node, 30 * node + 30),
            *range(30 * node, 30 * node + 30),
        ]
        for node in range(4)
    ]
    assert find_mode(Cluster.from_lists(lists)) == everywhere
    try:
        mode = find_mode(Cluster.from_lists(lists, garbled=4))
    except Exception:
        return
    assert mode != everywhere


def test_a_drawn_cluster() -> None:
    """Ten nodes have a thousand values each; with `-- -s` it shows what they cost."""
    cluster = Cluster(num_nodes=10, total_values=10_000, seed=42)
    another = Cluster(num_nodes=10, total_values=10_000, seed=42)
    counts = Counter(
        value for node in range(10) for value in another.read_local_data(node)
    )
    assert find_mode(cluster) == min(counts, key=lambda value: (-counts[value], value))
    assert cluster.all_is_known_somewhere()
    print(cluster.stats())


@pytest.mark.parametrize("down", [0, 1, 2])
def test_a_node_is_down(down: int) -> None:
    """Its list is at the next node too; without that, 3 would be the mode."""
    lists = [[3], [3], [3]]
    lists[down] = [8, 8, 8]
    cluster = Cluster.from_lists(lists, down=down, error=NodeDownError)
    assert find_mode(cluster) == 8
