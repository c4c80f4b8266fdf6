"""Helpers of the tests are imported by name (`import mutants`), also in importlib mode."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent / "equality"))
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))  # the pairs of `benchmarks/pairs`
