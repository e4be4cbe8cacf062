"""What follows from the data: counts, coverage, agreement, named numbers."""
