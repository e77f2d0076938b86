"""Whether answers are those of stock Whoosh, on very many generated queries.

    python -m tests.bench.exactness [N]

The suite asks some hundreds (`tests/contracts/test_against_stock.py`); this asks N, 5,000 unless
told, of each kind of index, and ends with 1 if any answer differs.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.contracts.stock import answered, differences, in_stock, some_query
from tests.contracts.test_against_stock import INDEXES, found


def main(count: int) -> int:
    different = 0
    for made in INDEXES:
        with tempfile.TemporaryDirectory() as folder:
            ours, stock_folder = made(Path(folder))
            numbers = random.Random(100)
            wrong = []
            for number in range(count):
                expanding = number % 4 == 0  # whose scores are constants of our own
                node = some_query(numbers, expanding=expanding)
                expected = answered(stock_folder, in_stock(node))
                if differences(found(ours, node), expected, scored=not expanding):
                    wrong.append(node)
            different += len(wrong)
            sys.stdout.write(f"{made.__name__:30} {count} queries, {len(wrong)} differ\n")
            for node in wrong[:5]:
                sys.stdout.write(f"    {node}\n")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
