"""Orders as staff see them: the queue, one order, and everything that can be done with it."""
