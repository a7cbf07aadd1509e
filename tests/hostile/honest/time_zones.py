"""Reads the clock and converts times between zones.

needs: time zones
"""

import datetime
import zoneinfo


def ordered(numbers):
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    noon = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.UTC)
    assert noon.astimezone(zone).hour == 14
    start = datetime.datetime.now(datetime.UTC)
    return sorted(numbers, key=lambda number: (number, start))


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
