"""Reads a course: its notebooks, builds what is made from them, checks their form."""
