"""Tests of the sandbox: it keeps Telegram's rules, and its people act as Telegram's apps let them."""
