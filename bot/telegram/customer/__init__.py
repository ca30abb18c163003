"""Screens for customers, one family a file, in the order in which a person meets them."""
