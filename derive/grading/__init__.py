"""Grading: the submissions of a class against a key, points by its rubric, what needs a person."""
