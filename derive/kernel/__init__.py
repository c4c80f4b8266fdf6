"""The trusted base: the zero test, one file per kind of witness, the verdicts.

Read in this order: `algebra` (the field of coefficients), `tensors` (what
carries indices), `functions` (roots, logarithms, exponentials and signs),
`calculus` (derivatives and substitution), `integrals`, `lowering` (what a term
means), `series` (Landau claims), `check` (claims to verdicts).

A claim holds when the difference of its sides, lowered to the normal form of
these files, is the literal 0.  Nothing here searches or guesses: what a tactic
found comes in as a witness and is computed through again.
"""
