"""A class of generated submissions to homework 3, with the truth about each.

Run from the checkout:

    .venv/bin/python benchmarks/classes.py OUT --count 50 --seed 0 --convention moodle

OUT is made and filled with what the students hand in; `OUT.truth.json` beside it says of
each which items of the rubric are right, which mistakes were planted on which line, and
which of its links are false.  The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

from classwork.people import CONVENTIONS, draw_names, place_of
from classwork.submission import Plan, Truth, copied, plan_of, truth_of, write

TOGETHER = 0.3  # of the class work in groups of 2 to 4


def plans(count: int, seed: int) -> list[tuple[Plan, int | None]]:
    """What each student does, and the group of those who worked together."""
    found: list[tuple[Plan, int | None]] = []
    group = 0
    while len(found) < count:
        rng = Random(f"{seed} {len(found)}")  # noqa: S311 - no secret
        plan = plan_of(rng)
        # A group has 3 members on average: it begins so rarely that TOGETHER are in one.
        if rng.random() < TOGETHER / (3 - 2 * TOGETHER):
            members = [plan, *(copied(plan, rng) for _ in range(rng.randint(1, 3)))]
            found += [(member, group) for member in members]
            group += 1
        else:
            found.append((plan, None))
    found = found[:count]
    Random(f"{seed} seats").shuffle(found)  # noqa: S311 - no secret
    return found


def generate(folder: Path, count: int, seed: int, convention: str) -> list[Truth]:
    """Write a class of submissions into a folder and say what is true of them.

    Raises:
        FileExistsError: the folder holds something.
        ValueError: there is no such convention.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder}: expected an empty folder")
    names = draw_names(Random(f"{seed} names"), count)  # noqa: S311 - no secret
    truths = []
    for number, (plan, group) in enumerate(plans(count, seed)):
        written, built = write(plan)
        ident, path = place_of(convention, names[number], number, plan.style.kind)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written.text, encoding="utf-8")
        name = " ".join(names[number])
        truths.append(truth_of(plan, written, built, ident, name, path, group))
    return truths


def main() -> int:
    """Generate a class and its truth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, metavar="OUT", help="an empty or a new folder")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--convention", choices=CONVENTIONS, default="moodle")
    arguments = parser.parse_args()
    try:
        truths = generate(arguments.out, arguments.count, arguments.seed, arguments.convention)
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 2
    beside = arguments.out.with_name(f"{arguments.out.name}.truth.json")
    rows = [truth.as_json() for truth in truths]
    beside.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    mistakes = sum(len(truth.mistakes) for truth in truths)
    grouped = sum(truth.group is not None for truth in truths)
    print(f"{len(truths)} submissions, {grouped} of them in groups, {mistakes} mistakes: {beside}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
