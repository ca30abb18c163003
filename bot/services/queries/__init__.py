"""What people read: lists, pages and single things, chosen and sorted in the database; nothing here writes."""
