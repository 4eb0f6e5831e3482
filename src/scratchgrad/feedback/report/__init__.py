"""What an instructor reads about a whole class."""
