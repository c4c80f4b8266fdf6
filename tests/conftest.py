"""Helpers of the tests are imported by name (`import mutants`), also in importlib mode."""

import os
import sys
from pathlib import Path

os.environ["DERIVE_LANG"] = "en"  # whatever the locale of the machine is

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent / "equality"))
sys.path.append(str(Path(__file__).parent / "grading"))
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))  # the pairs of `benchmarks/pairs`
