"""Deep learning from scratch, with grading that can be trusted."""
