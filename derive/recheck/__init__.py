"""Verdicts checked again from the JSON that carries them: `derive recheck`.

Nothing here is shared with what finds proofs; python-flint's exact polynomials and balls are
all that is trusted.
"""

from derive.recheck.document import recheck, refutation
from derive.recheck.elements import Rejected

__all__ = ["Rejected", "recheck", "refutation"]
