"""The catalogues of translations, and what updates them from the sources."""
