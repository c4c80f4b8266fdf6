"""Documents: Markdown, LaTeX and notebooks to formulas and chains that know their place."""
