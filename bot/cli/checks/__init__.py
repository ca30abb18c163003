"""What `doctor` looks at, a file for each part of the world; `table.py` has all of it in order."""
