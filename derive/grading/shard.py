"""A program that checks a shard: a header and requests on standard input, answers on output.

Run by `derive.grading.cluster` on machines that have nothing but the same derive: the key
comes with the shard, as its files.  A shard is from the person who grades, its requests
are from students: these are read by forks of this process, within their limits.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from derive.errors import DeriveError
from derive.grading.key import Parcel, unpacked
from derive.grading.work import USUAL, Terms, checked, reply_of

UNREADABLE = 4  # the status that says that standard error is for a person


def main() -> int:
    """Answer each request by a line; 4 where the shard cannot be checked here."""
    header, *requests = sys.stdin.buffer.read().split(b"\n")
    told = json.loads(header)
    limits = replace(USUAL, seconds=told["seconds"], megabytes=told["megabytes"])
    terms = Terms(told["seed"], limits, told["jobs"])
    files = {name: base64.b64decode(data) for name, data in told["files"].items()}
    parcel = Parcel(told["program"], told["target"], told["name"], tuple(told["ids"]), files)
    try:
        with tempfile.TemporaryDirectory(prefix="derive-key-") as folder:
            key = unpacked(parcel, Path(folder))
            for answer in checked(requests, key.loaded, terms):
                sys.stdout.buffer.write(reply_of(answer) + b"\n")
    except DeriveError as error:
        sys.stderr.write(f"{error}\n")
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
