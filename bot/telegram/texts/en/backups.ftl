## Backups, as the owner hears of them

notice-backup-restored = ♻️ <b>A backup was restored.</b> The shop is as it was at { $time }; what came after is not in it.
backup-parked = { $count ->
    [one] { $count } message that waited then is parked.
   *[other] { $count } messages that waited then are parked.
 } They may have been sent since, so I send them only when you say so: <code>outbox list --status parked</code> in the shell.
backup-paused = { $count ->
    [one] { $count } broadcast is paused.
   *[other] { $count } broadcasts are paused.
 } Resume what is still to be sent.
backup-retired = Nobody knows which bitcoin addresses were handed out since, so { $count ->
    [0] no old address is handed out any more.
    [one] the one that was free is not handed out any more.
   *[other] the { $count } that were free are not handed out any more.
 } Please add new ones.
notice-backup-old = ⚠️ { $days ->
    [0] There is no backup of this shop yet.
    [one] The newest backup is { $days } day old.
   *[other] The newest backup is { $days } days old.
 } Make one with <code>bot_cli.py backup create</code>, and see why none is made at night.
job-watch-backups = Looking after the backups
