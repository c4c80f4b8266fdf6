"""A written solution against a key: reading its statements, deciding them, locating mistakes."""
