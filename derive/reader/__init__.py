"""Reading: LaTeX text to terms of the language, in two stages.

`grammar` makes a syntax tree with positions and no meaning; `elaborate` gives it a
meaning under a `Notation`.
"""

from derive.reader.formula import read_equation, read_formula, strip_objective

__all__ = ["read_equation", "read_formula", "strip_objective"]
