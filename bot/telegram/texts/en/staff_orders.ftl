## Who is told of orders

pushes = 🔔 New orders
pushes-title = <b>Who is told of orders?</b>
pushes-told = 🔔 You get a message when an order comes in, and when its customer cancels or changes it.
pushes-muted = 🔕 You get no messages about new orders. You find them in the panel.
pushes-group = 👥 Orders are announced in the staff's group, and not to each of you.
pushes-group-muted = Should the group be lost, you would get no messages about new orders.
pushes-no-group = A staff group can be told instead: add me to it with the button below.
pushes-on = 🔔 Tell me of orders
pushes-off = 🔕 Do not tell me
connect-group = 👥 Connect a staff group
other-group = 👥 Connect another group
leave-group = ❌ Do without the group
group-connected = 👥 New orders are announced here from now on. Everybody in this group sees what is in them and who deals with them; name, address and phone number only staff see, in the chat with me.
notice-staff-group-lost = ⚠️ I can no longer write into the staff's group ({ $why }). Orders are announced to each of the staff again. To connect a group anew: /admin, New orders.

## Finding orders

find-order = 🔎 Find an order
find-again = 🔎 Search again
orders-search = Find an order
ask-order-text = Write its code, the customer's name, @username or ID, or some digits of the phone number.
orders-found = 🔎 Orders: <b>{ $text }</b>
no-orders-found = No order was found for <b>{ $text }</b>.
queue-row = { $code } { $method } { $total } · { $time }
found-row = { $code } { $method } { $total } · { $status }
method-sign-cash = 💵
method-sign-bitcoin = ₿
status-short-pending = being placed
status-short-reserved = waiting
status-short-confirmed = confirmed
status-short-delivered = delivered
status-short-cancelled = cancelled
status-short-expired = expired

## One order

job-move = 🕑 Another delivery time
job-revive = ♻️ Hold the goods again
job-write = 💬 Message
job-refused = ⚠️ { $why }
job-moved-on = ⚠️ Order { $code } has moved on in the meantime: { $last }
order-received = Received: { $amount }
story-line = { $time } · { $what } · { $actor }
story-last = { $what } by { $actor }, { $time }
actor-customer = the customer
actor-shell = { $name } (shell)
actor-clock = the clock
did-order-reserved = Ordered
did-order-confirmed = Confirmed
did-order-delivered = Delivered
did-order-cancelled = Cancelled
did-order-cancelled-because = Cancelled ({ $reason })
did-order-expired = Expired
did-order-reminded = Customer reminded
did-order-revived = Held again
did-order-extended = Held longer
did-order-paid-but-unconfirmed = Kept because it is paid
did-order-item-added = { $quantity } × { $name } added
did-order-item-removed = { $quantity } × { $name } removed
did-order-delivery-time = Delivery moved to { $delivery_time }
did-order-address-changed = Address changed
did-order-phone-changed = Phone number changed
did-order-note-changed = Note changed
did-other = Changed

## What is done with it

ask-delivery-day = <b>Order { $code }</b>
    When will it be delivered?
ask-other-day = <b>Order { $code }</b>
    When will it be delivered instead? The customer is told.
or-write-time = Choose a day, or write <code>YYYY-MM-DD HH:MM</code> in { $zone }, where it is now { $now }.
confirm-bitcoin = ₿ Confirming notes that { $due } have arrived at its bitcoin address.
ask-delivery-hour = <b>Order { $code }</b>
    { $day }: at what time? Choose, or write it, such as <code>14:30</code>.
no-hour-left = <b>Order { $code }</b>
    { $day }: write the time, such as <code>22:30</code>, or choose another day.
day-today = Today
day-tomorrow = Tomorrow
ask-cancel-reason = Really cancel order <b>{ $code }</b>?
    Write the reason; the customer will read it. Or cancel without one.
cancel-silently = Cancel without a reason
ask-revive = Hold the goods of order <b>{ $code }</b> again? The customer is told.
revive-yes = Yes, hold them again
ask-letter = <b>A message to { $name }</b> about order { $code }
    Write what { $name } shall read.
buyer-is-away = ⚠️ The customer has blocked the bot: nothing reaches them until they are back.
letter-sent = ✅ Your message is on its way.
order-edited = ✅ Changed. The customer is told.
error-bad-value-reason = Please write a reason of at most 500 characters.

## Changing it

job-edit = ✏️ Edit
job-too-small = ⚠️ The order would come to { $total }; the least is { $minimum }. Cancel the order instead.
job-too-large = ⚠️ The order would come to { $total }; the most is { $maximum }.
edit-order-title = <b>Order { $code }</b>
    What shall be different? The customer is told of every change.
edit-line = { $quantity } × { $name }
edit-add = ➕ Add goods
edit-address = 📍 Address
edit-phone = 📞 Phone
edit-note = 📝 Note
edit-time = 🕑 Delivery time
ask-pieces = <b>Order { $code }: { $name }</b>, { $price } each
    How many shall the order have in all? So far: { $held }. Still available: { $available }.
take-out = ❌ Take it out
ask-goods-to-add = <b>Order { $code }</b>
    What shall be added? Choose, or write what it is called.
goods-to-add-found = <b>Order { $code }</b>
    🔎 <b>{ $text }</b>: choose, or write something else.
no-goods-to-add = <b>Order { $code }</b>
    Nothing is called <b>{ $text }</b>. Write something else.
ask-order-address = <b>Order { $code }</b>
    Write the new address.
ask-order-phone = <b>Order { $code }</b>
    Write the new phone number, with the country code.
ask-order-note = <b>Order { $code }</b>
    Write the new note.
error-last-item = That would leave order { $order_code } empty. Cancel the order instead.

## An order paid in bitcoin

sheet-address = Bitcoin address: <code>{ $address }</code>
