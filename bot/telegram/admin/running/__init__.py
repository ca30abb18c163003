"""How the shop runs: figures, settings, the door, log files."""
