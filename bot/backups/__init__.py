"""Backups: the whole shop put away in one folder, tried out, and put back. `site.py` is where it begins."""
