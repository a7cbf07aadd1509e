"""Takes the first that Counter names, where several are equally frequent.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import json
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]

_COORDINATOR = 0


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(1, cluster.num_nodes):
        local = Counter(cluster.read_local_data(node))
        payload = json.dumps(list(local.items())).encode()
        cluster.send(node, _COORDINATOR, payload)
    total = Counter(cluster.read_local_data(_COORDINATOR))
    for payload in cluster.get_received(_COORDINATOR):
        for value, count in json.loads(payload):
            total[value] += count
    if not total:
        raise ValueError("the cluster is empty")
    ((value, _),) = total.most_common(1)
    return value
