"""The gradebooks of platforms: who stands in them, and the same file with grades filled in."""
