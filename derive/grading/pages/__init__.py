"""Pages of a graded class: one for each student, one for the assistant."""
