"""Screens for staff; every handler here is flagged `staff`, and the gate asks for the role at every press."""
