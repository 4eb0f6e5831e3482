"""What runs inside the sandbox: nothing here may import from outside this folder."""
