"""What the shop knows of a person: handed out, erased on request, and forgotten when it is old."""
