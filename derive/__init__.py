"""`derive` decides, step by step, whether a written mathematical derivation is true."""
