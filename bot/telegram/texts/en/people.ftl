## Customers, for staff

customers = 👥 Customers
people-place = Customers
people-new = Newest
people-spent = Big spenders
people-banned = Banned
people-new-title = The newest come first.
people-spent-title = Those who have spent the most come first.
people-banned-title = 🚫 Those who are banned.
people-none = There are no such customers.
people-found-title = 🔎 <b>{ $text }</b>
people-by-phone-title = 🔎 <b>Found by phone number</b>
people-by-phone-many = 🔎 <b>Found by phone number</b>
    There are more: search again with more digits.
find-person = 🔎 Find a customer
ask-person = <b>Find a customer</b>
    Write a part of the name, a @username, an ID, a phone number, or a reference code.
person-not-found = Nobody was found for <b>{ $text }</b>.
error-bad-value-customer-to-find = Please write a name, @username, ID or phone number: at most 100 characters.
person-row = { $marks }{ $name } · { $spent }
person-staff = 🔑
person-banned = 🚫
person-away = 💤

## One customer

job-buyer = 👤 Customer
person-id = { $username }ID: <code>{ $id }</code>
person-details-place = Address and phone
person-orders-place = Orders
person-bonus-place = Bonus
person-is-owner = 🔑 Owns this shop
person-is-admin = 🔑 Runs this shop as an admin
person-is-banned = 🚫 <b>Banned:</b> { $reason }
person-is-banned-so = 🚫 <b>Banned</b>, without a reason
person-is-away = 💤 Has blocked the bot, noticed { $time }
person-registered = Registered: { $time }
person-by-code = Came by code <code>{ $code }</code>
person-by-friend = Came by code <code>{ $code }</code> of { $name } (<code>{ $id }</code>)
person-language = Language: { $language }
person-friends = Friends invited: { $count }
person-bought-nothing = 📦 No orders yet
person-bought = 📦 { $count ->
    [one] { $count } order
   *[other] { $count } orders
 }, open: { $open }
    Delivered: { $delivered }, <b>{ $spent }</b> spent
person-bonus = 🎁 Bonus: <b>{ $balance }</b>
person-questions = 💬 { $count ->
    [one] { $count } question waits for an answer
   *[other] { $count } questions wait for an answer
 }
person-orders-button = 📦 Orders: { $count }
person-bonus-button = 🎁 Bonus
person-details-button = 📍 Details
write-person = ✉️ Write
ban-person = 🚫 Ban
unban-person = ✅ Lift the ban
person-no-details = No address or phone number is saved yet.
person-orders = The newest orders come first.
person-orders-none = There are no orders yet.

## Bonus by hand

bonus-entry = · { $amount } { $kind }{ $why }
entry-credited = for a friend's order
entry-spent = spent
entry-refunded = refunded
entry-trimmed = given back
entry-adjusted = by hand
bonus-entries-none = Nothing has moved it yet.
bonus-add = ➕ Add
bonus-take = ➖ Take off
ask-bonus-to-add = How much shall be added? Write an amount such as 5.00.
ask-bonus-to-take = How much shall be taken off? Write an amount such as 5.00.
bonus-to-add = Add <b>{ $amount }</b>: the balance becomes { $after }.
bonus-to-take = Take off <b>{ $amount }</b>: the balance becomes { $after }.
ask-bonus-reason = Why? The customer reads the reason.
bonus-told = They get a message with the reason. Another reason? Just write it.
bonus-not-told = They have blocked the bot, so no message reaches them. Another reason? Just write it.
bonus-add-yes = ✅ Yes, add { $amount }
bonus-take-yes = ✅ Yes, take off { $amount }
bonus-moved = ✅ Done.
error-bad-value-amount = Please write an amount above nothing, such as 5.00.
error-bad-value-amount-to-remove = That is more than the balance holds.
error-bad-value-amount-to-add = A balance cannot hold that much.
error-wrong-state-balance-moved = The balance has changed meanwhile, so nothing was done. Please look again.

## Bans and letters

ask-ban-reason = Why shall they be banned? Write the reason.
no-reason = Without a reason
ask-ban = 🚫 <b>Really ban them?</b> They can no longer use the shop, and their codes let nobody in. Open orders stay as they are.
ban-without-reason = No reason is given. Write one, if there is one.
ban-and-tell = 🚫 Ban, and tell them
ban-quietly = 🚫 Ban quietly
banned-told = 🚫 Banned. They are told.
banned-quietly = 🚫 Banned. They are not told.
ask-unban = ✅ <b>Let them in again?</b>
unban-and-tell = ✅ Yes, and tell them
unban-quietly = ✅ Yes, quietly
unbanned-told = ✅ They can use the shop again, and are told.
unbanned-quietly = ✅ They can use the shop again. They are not told.
ask-person-letter = What shall we write? The text reaches them as a message from the shop.
error-wrong-state-owner-not-banned = The owner cannot be banned.
error-wrong-state-staff-not-banned = Admins cannot be banned; take their role away first.
error-wrong-state-banned-already = This customer is banned already.
error-wrong-state-not-banned = This customer is not banned.
error-wrong-state-has-blocked-the-bot = They have blocked the bot; nothing reaches them until they are back.
