"""What machines ask the shop over HTTP."""
