"""Screens for staff: every router here is a `StaffRouter`, and the gate asks for its right at every press."""
