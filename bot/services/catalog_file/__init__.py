"""The catalogue as a file: reading, comparing, applying and writing it, as YAML or CSV.

Names are the keys: goods and categories are found by their names, so a file cannot rename anything.
"""
