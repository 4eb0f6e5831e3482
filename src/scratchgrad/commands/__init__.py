"""What the commands do, with the options that they were given."""
