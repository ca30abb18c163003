"""Customers and what they ask, reference codes, and who belongs to the staff."""
