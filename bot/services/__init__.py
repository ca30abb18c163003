"""What the shop does: one function, one transaction, `operation(session, ...)`. Nothing here waits for a network."""
