## Log files and alerts

log-files = 📄 Log files
place-logs = Log files
logs-hint = Press one, and it comes as a document.
logs-none = There are no log files.
logs-gone = This file is no longer there; these are.
logs-row = { $name } · { $size } · { $time }
logs-kb = { $size } kB
logs-mb = { $size } MB
logs-whole = { $name }
logs-tail = { $name } is too large for Telegram: these are its last 50 MB, compressed.

notice-job-failed = ⚠️ <b>{ $job }</b> has failed.
    It is tried again by itself, and I tell you when it works. If that takes longer than a quarter of an hour, look for <code>{ $error }</code> in bot.log.
notice-job-recovered = ✅ <b>{ $job }</b> works again.
job-beat = The bot's sign of life
job-send-outbox = Sending messages
job-run-broadcasts = Sending broadcasts
job-show-broadcasts = Showing how far broadcasts are
job-expire-reservations = Ending reservations whose time is over
job-remind-customers = Reminding customers
job-warn-low-addresses = Counting the free bitcoin addresses
job-follow-time-zone = Following the shop's time zone
job-follow-the-clock = Keeping messages on time when the clock is set
job-watch-btc-addresses = Watching the bitcoin address file
job-keep-count = Writing down how often the shop was looked at
job-discard-photos = Removing pictures that nobody shows any more
job-erase-old-data = Erasing data that is too old
job-forget-erased = Forgetting the dialogues of people who were deleted
