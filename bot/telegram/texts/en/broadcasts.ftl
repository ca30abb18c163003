## Broadcasts, as customers meet them

news-off = 🔕 No more of these
news-on = 🔔 Send me news again
profile-news-off = 🔕 Stop news
profile-news-on = 🔔 Get news
news-are-off = 🔕 You get no more news from the shop. Messages about your orders come as before.
news-are-on = 🔔 You get the shop’s news.

## Broadcasts, as staff write them

broadcasts = 📣 Broadcasts
casts-title = Admin › <b>Broadcasts</b>
casts-empty = Admin › <b>Broadcasts</b>
    There are none yet. A broadcast is one message to many customers.
cast-row = { $state } #{ $id } · { $what }
cast-new = ➕ New broadcast
cast-ask-content = <b>New broadcast</b>
    Send me what people shall get: a text, a photo, or any other message, also a forwarded one. You see it as they will, and nobody gets anything before you confirm.
cast-has-draft = <b>You have a draft: #{ $id }</b>
    <i>{ $what }</i>
    There is one at a time, so a new broadcast takes its place.
cast-go-on = ✏️ Go on with the draft
cast-anew = ➕ Write another in its place
cast-no-album = I cannot send albums. Please send one photo or one message.
cast-refused = Telegram does not let me send this: { $why }. Please send me something else.
cast-icon-draft = ✏️
cast-icon-scheduled = 🕒
cast-icon-running = ▶️
cast-icon-paused = ⏸
cast-icon-done = ✅
cast-icon-cancelled = ❌
cast-state-draft = draft
cast-state-scheduled = waits for its time
cast-state-running = is being sent
cast-state-paused = paused
cast-state-done = done
cast-state-cancelled = cancelled
cast-title = 📣 <b>Broadcast #{ $id }</b> · { $state }
cast-what-photo = a photo
cast-what-copy = a copied message
cast-about = <i>{ $what }</i>
    To: { $who }
cast-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
 }
cast-goes-to = It goes to <b>{ $people }</b> and takes { $span }. Not counted: who is banned, has blocked the bot or wants no news.
cast-goes-to-nobody = There is nobody in this selection. Choose another one.
cast-now = When: at once
cast-at = When: { $time }
cast-choice = { $name } · { $count }
cast-chosen = ✅ { $name } · { $count }
segment-everyone = everyone
segment-bought = have bought
segment-never-bought = never bought
segment-inactive = no order for 30 days
segment-big-spenders = biggest spenders
segment-big-spenders-from = biggest spenders (the first tenth: { $amount } and more)
cast-in-language = { $segment }, { $language }
cast-all-languages = all
cast-set-time = 🕒 At a time
cast-set-now = ⚡ At once
cast-ask-time = When shall it go out? Write <code>YYYY-MM-DD HH:MM</code> in { $zone }, where it is now { $now }.
cast-preview = 👁 Preview
cast-discard = 🗑 Discard
cast-send = 📣 Send to { $people }
cast-ask-send = Send this broadcast to <b>{ $people }</b> now? What is sent cannot be taken back.
cast-ask-send-at = Send this broadcast to about <b>{ $people }</b> on { $time }?
cast-send-yes = ✅ Yes, send it
cast-sent = Sent: { $count }
cast-blocked = Have blocked the bot: { $count }
cast-failed = Not delivered: { $count }
cast-unclear = Perhaps delivered: { $count }
cast-skipped = Left out: { $count }
cast-left = Still to send: <b>{ $count }</b>, { $span }
cast-still = Still to send: <b>{ $count }</b>
cast-span = { $minutes ->
    [0] less than a minute
    [one] about { $minutes } minute
   *[other] about { $minutes } minutes
 }
cast-started = Begun: { $time }
cast-finished = Ended: { $time }
cast-why = ⚠️ It stopped by itself: { $why }
cast-pause = ⏸ Pause
cast-resume = ▶️ Go on
cast-cancel = ❌ Cancel
cast-ask-cancel = Really end broadcast #{ $id }? { $left ->
    [one] { $left } person does not get it then.
   *[other] { $left } people do not get it then.
 }
cast-cancel-yes = Yes, end it
open-broadcast = Open the broadcast
notice-broadcast-done = ✅ Broadcast #{ $broadcast_id } is done: { $sent ->
    [one] { $sent } person has got it.
   *[other] { $sent } people have got it.
 }
notice-broadcast-stopped = ⚠️ Broadcast #{ $broadcast_id } stands still, because Telegram refuses it: { $why }
notice-broadcast-gone = ⚠️ Broadcast #{ $broadcast_id } is cancelled: what it was to send is not there any more ({ $why }). { $sent ->
    [one] { $sent } person has got it.
   *[other] { $sent } people have got it.
 } Do not delete such a message before its broadcast is done.
error-bad-value-broadcast = The broadcast is no longer as you saw it. Please look at it once more.
error-bad-value-segment = There is nobody in this selection. Please choose another one.
