"""The shop's figures and books: periods, sales, statistics, and the sheets that leave the house."""
