## Reference codes, for staff

invitations = 🎟 Codes
invitations-place = Reference codes
invitations-open = Only open ones
invitations-all = All codes
invitations-open-title = Codes that still let somebody in, the newest first.
invitations-all-title = All codes, the newest first.
invitations-none = There are no such codes.
invitation-row = { $sign } { $code } · { $uses }{ $note }
code-sign-active = 🎟
code-sign-disabled = ⛔
code-sign-used-up = ☑️
code-sign-expired = ⌛
code-is-active = 🎟 <b>Open</b>
code-is-disabled = ⛔ <b>Disabled</b>
code-is-used-up = ☑️ <b>Used up</b>
code-is-expired = ⌛ <b>Expired</b>
invitation-uses = Used: { $uses }
invitation-until = Valid until: { $until }
code-for-ever = for ever
invitation-made = Made by { $by }, { $time }
invitation-note = Note: { $note }
invitation-brought = Brought so far: { $count ->
    [one] { $count } delivered order
   *[other] { $count } delivered orders
 }, <b>{ $spent }</b>; { $earned } of bonus for the friend
invitation-link = <code>{ $link }</code>
invitation-who = 👥 Who came: { $count }
invitation-uses-title = Who came by it and what they have spent, the newest first.
invitation-uses-none = Nobody has come by it yet.
invitation-use = { $name } · { $spent }
invitation-picture = 🔳 QR picture
disable-invitation = ⛔ Disable
ask-disable-reason = Why shall it let nobody in any more? Write the reason; only staff read it.
ask-disable = ⛔ <b>Really disable this code?</b> This cannot be taken back.
disable-yes = ⛔ Yes, disable it
invitation-disabled = ⛔ It lets nobody in any more.
error-wrong-state-code-disabled = This code is disabled already.

## A new reference code

new-invitation = ➕ New code
new-invitation-place = New code
ask-code-hours = How long shall it let people in?
ask-code-uses = How many people shall it let in?
code-hours = { $hours ->
    [0] For ever
    [168] 7 days
    [one] { $hours } hour
   *[other] { $hours } hours
 }
code-uses = { $uses ->
    [0] As many as come
    [one] { $uses } person
   *[other] { $uses } people
 }
code-chosen = { $hours } · { $uses }
ask-code-hours-number = For how many hours? Write a whole number.
ask-code-uses-number = How many people? Write a whole number.
error-bad-value-number-of-hours = Please write a whole number of hours from 1 to 87,600.
error-bad-value-number-of-uses = Please write a whole number from 1 to 1,000,000.
ask-code-note = What is it for? Write a note, which only staff read.
without-note = Without a note
invitation-made-now = ✅ The code is made. The picture below can be passed on.
invite-many = It lets { $count ->
    [one] one person
   *[other] { $count } people
 } in.
invite-anybody = It lets in as many as come.
invite-until = Valid until { $until }.
