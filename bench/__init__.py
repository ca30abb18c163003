"""How fast the shop is, always as a ratio to what the framework or the database could do at best."""
