"""Generated classes: what students hand in to homework 3, and the truth about it."""
