"""Messages to everybody at once."""
