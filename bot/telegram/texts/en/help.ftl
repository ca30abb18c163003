## Support: the conversation as the customer sees it

support-title = <b>Support</b>
support-title-order = <b>Support</b> · order { $code }
write-to-shop = Write to us here, or send a photo. The answer will come into this chat.
write-more = You can go on writing.
message-sent = ✅ Your message is on its way. The answer will come here.
automatic-answer = 💬 { $text }
file-expected = Please write it, or send a photo, a video, a voice message or a file.
line-you = You
line-shop = The shop
line-top = <b>{ $who }</b> · { $time }
line-top-order = <b>{ $who }</b> · { $time } · order { $code }
file-photo = 📷 Photo
file-video = 🎬 Video
file-animation = 🎞 Animation
file-voice = 🎤 Voice message
file-audio = 🎵 Audio
file-document = 📎 File
ask-about-order = 💬 Ask about this order
write-back = 💬 Write back
error-too-many-questions = Your earlier messages still wait for an answer. It will come here.

## What customers are told

notice-help-answer = 💬 <b>The shop answers</b>
notice-letter = ✉️ <b>A message from the shop</b>
letter-text = { $text }
quoted = <i>{ $text }</i>

## What staff are told

notice-help-question = 💬 <b>{ $name }</b> (<code>{ $id }</code>) writes:
question-about-order = 💬 <b>{ $name }</b> (<code>{ $id }</code>) writes about order <b>{ $code }</b>:
settled-answered = ✅ Answered by { $name }
settled-closed = ☑️ Closed without an answer by { $name }

## Staff screens

questions = Questions
questions-panel = 💬 Questions: { $count }
questions-helper = 💬 Questions
questions-all = All conversations
questions-waiting = Only those that wait
questions-none = Nobody has written yet.
questions-none-waiting = Nobody waits for an answer.
question-row = { $name }: { $text }
question-row-waiting = ❗ { $name }: { $text }
listen-on = 🔔 Tell me of new questions
listen-off = 🔕 Tell me of no new questions
thread-empty = Nothing has been written yet.
thread-waits = ❗ Waits for an answer since { $time }
thread-was-closed = Closed without an answer by { $name }, { $time }
thread-away = 🚫 Has blocked the bot, so nothing reaches them now.
thread-banned = 🚫 Is banned: can read what you write, but not answer.
thread-closed = ☑️ Closed without an answer.
answer = Answer
write-answer = Write the answer, or send a photo or a file.
answer-sent = ✅ The answer is on its way.
answered-meanwhile = ⚠️ Somebody else has written meanwhile, and your text was not sent. If there is something to add, write it again.
close-thread = ☑️ Close without an answer
open-thread = Open the conversation
open-thread-short = 💬 Conversation
open-customer = 👤 Customer
open-order-named = 📦 { $code }
show-file = { $file }, { $time }
file-of = <b>{ $name }</b>
older = ‹ Older
newer = Newer ›
error-answered-meanwhile = Somebody else has answered meanwhile. Please read that first.
error-written-meanwhile = ⚠️ The customer has written again meanwhile, so it stays open. Please read that first.
error-bad-value-help-request = Somebody has answered or closed this already.
