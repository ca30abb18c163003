"""What the bot does by itself, without anybody pressing a button; `schedule.py` says what and how often."""
