"""Files that people hand us, or that we hand them: text, CSV, spreadsheets, folders; nothing here knows the shop."""
