"""One submission in, results out."""
