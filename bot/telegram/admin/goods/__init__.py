"""Goods and categories as staff keep them."""
