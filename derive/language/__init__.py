"""The language of derivations: terms, hypotheses, claims, and how they are printed."""
