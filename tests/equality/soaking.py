"""Many random cases in processes of their own: one that hangs or takes all memory costs itself.

As a script: `soaking.py PROPERTY FIRST LAST` tries these seeds and says on stdout how it went.
"""

from __future__ import annotations

import json
import resource
import select
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import derive

SECONDS = 20  # without a word: the case is given up
BYTES = 3 * 2**30


def soak(name: str, count: int) -> tuple[Counter[str], list[str]]:
    """Try a property of `test_properties` on many seeds: what was said, and what failed."""
    said, failed = Counter[str](), list[str]()
    first, last = 10**6, 10**6 + count
    while first < last:
        first = _stretch(name, first, last, said, failed)
    return said, failed


def _stretch(name: str, first: int, last: int, said: Counter[str], failed: list[str]) -> int:
    """Try seeds in one process until it ends or hangs; give the next seed."""
    process = subprocess.Popen(  # noqa: S603 - this file
        [sys.executable, __file__, name, str(first), str(last)],
        stdout=subprocess.PIPE, text=True, bufsize=1,
        env={"PYTHONPATH": str(Path(derive.__file__).parents[1])},
    )  # fmt: skip
    assert process.stdout is not None
    seed = first
    while select.select([process.stdout], [], [], SECONDS)[0]:
        line = process.stdout.readline()
        if not line:
            said["given up"] += process.wait() != 0
            break
        seed, decided, failure = json.loads(line)
        said.update(decided)
        if failure:
            failed.append(f"{name}, seed {seed}: {failure}")
    else:
        said["given up"] += 1
    process.kill()
    process.communicate()
    return int(seed) + 1


def main() -> None:
    """Try the seeds; before each, say which it is and what was said of the last one."""
    import test_properties  # noqa: PLC0415 - it imports this file

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    name, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try_one = getattr(test_properties, name)
    for seed in range(first, last):
        print(json.dumps([seed, {}, None]), flush=True)  # noqa: T201 - read by the parent
        test_properties.DECIDED.clear()
        failure, start = None, time.monotonic()
        try:
            try_one(seed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next seed is tried
            failure = f"{type(error).__name__} {error}"[:400]
        decided = {f"{kind}: {what}": n for (kind, what), n in test_properties.DECIDED.items()}
        if time.monotonic() - start > 1:
            decided["longer than a second"] = 1
        print(json.dumps([seed, decided, failure]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
