"""What people see in Telegram: the only room that knows aiogram."""
