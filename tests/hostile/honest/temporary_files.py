"""Sorts through temporary files, which it copies, moves and removes."""

import os
import shutil
import tempfile
from pathlib import Path


def ordered(numbers):
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "first")
        first.write_text("\n".join(map(str, sorted(numbers))))
        shutil.copy(first, Path(folder, "second"))
        os.replace(Path(folder, "second"), Path(folder, "third"))
        first.unlink()
        lines = Path(folder, "third").read_text().split()
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 2**20)
        file.seek(0)
        assert len(file.read()) == 2**20
    return [int(line) for line in lines]


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
