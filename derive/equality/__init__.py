"""Equalities of real expressions, decided without a homework: `derive equal`."""
