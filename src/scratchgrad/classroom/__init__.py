"""A class: finds submissions, grades them, keeps the gradebook."""
