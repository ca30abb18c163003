"""A Telegram shop for physical goods: the bot process, the operators' shell and what both stand on."""
