"""Concrete models: exact evaluation, enclosures and simulation."""
