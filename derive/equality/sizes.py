"""How large the numbers of a statement may become: Python writes out no more than 4300 digits."""

from __future__ import annotations

from fractions import Fraction

MOST_DIGITS = 4000
_MOST_BITS = 13_287  # of which 4000 digits are made
TOO_LARGE = f"a number of more than {MOST_DIGITS} digits"


def is_large(value: Fraction | int) -> bool:
    """Whether a number has too many digits to be written."""
    exact = Fraction(value)
    return max(exact.numerator.bit_length(), exact.denominator.bit_length()) > _MOST_BITS
