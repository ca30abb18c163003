## Telegram's menu

command-start = Enter the shop
command-shop = Browse the goods
command-cart = Your cart
command-orders = Your orders
command-help = Ask the owner
command-admin = Orders to work on
command-privacy = What we keep about you

## Buttons that stand on many screens

home = 🏠 Home
back = ⬅️ Back
skip = Skip
page-back = ‹ Previous
page-next = Next ›
and-more = … and { $count } more
shop = 🛍 Shop
cart = 🛒 Cart
cart-count = 🛒 Cart ({ $count })
my-orders = 📦 My Orders
profile = 👤 Profile
reference-codes = 🎟 Reference Codes
rules = 📜 Rules
support = 💬 Support
language = 🌐 Language
privacy = 🔒 Privacy
admin-panel = 🛠 Admin panel

## Entering

welcome = <b>Welcome!</b>
code-prompt = This shop is open to invited guests. Please send your reference code.
start-prompt = Press /start to enter.
entered = ✅ You are in. Welcome!
home-hello = Hello, <b>{ $name }</b>! What would you like to do?
home-cart = 🛒 { $count ->
    [one] { $count } item waits in your cart.
   *[other] { $count } items wait in your cart.
 }
ask-to-join = { $count ->
    [one] Please join our channel; the shop is open to its members.
   *[other] Please join our channels; the shop is open to their members.
 } Then press the last button.
i-have-joined = ✅ I have joined
joined = ✅ Thank you for joining!
not-joined = I cannot see you there yet. Please join, then try again in a moment.
channel-named = 📣 { $name }
old-button = This button is from an older message. Here is where things are now.
not-understood = I did not understand that. Please use the buttons; what the shop shall read goes to 💬 Support.
file-to-support = Is this for the shop? Then please press 💬 Support and send it there.
changed-message = A changed message does not reach me. Please write it once more.
text-expected = I need a text here. Please write it, or press Back.
keyboard-gone = 👌

## Browsing

shop-place = Shop
shop-title = <b>Shop</b>
    Choose a category, or write what you are looking for.
shop-empty = The shelves are empty right now. Please come back later.
aisle-empty = There is nothing here right now.
offer = { $name } · { $price } · { $available } left
offer-sold-out = { $name } · sold out
card-title = <b>{ $name }</b>
card-price = Price: <b>{ $price }</b>
card-available = Available: { $available }
card-sold-out = Sold out
card-in-cart = In your cart: { $count }
add-to-cart = Add to Cart
other-quantity = Other
ask-quantity = How many of <b>{ $name }</b> would you like? { $available ->
    [one] { $available } is available.
   *[other] { $available } are available.
 }
added-to-cart = ✅ Added. In your cart: { $count }

## Cart

cart-title = <b>Your cart</b> · { $count ->
    [one] { $count } item
   *[other] { $count } items
 }
cart-line = { $quantity } × { $name } · { $price } = { $amount }
cart-total = Total: <b>{ $total }</b>
cart-empty = Your cart is empty.
price-changed = ⚠️ The price of { $name } changed from { $old } to { $new }.
proceed-to-checkout = ✅ Proceed to Checkout
clear-cart = 🗑 Clear Cart

## Checkout

saved-title = <b>Deliver to this address?</b>
use-saved-info = Use Saved Info
keep-it = ✅ Leave it as it is
update-info = Update Info
ask-address = <b>Delivery address</b>
    Where should we bring your order? Write the full address.
ask-phone = <b>Phone number</b>
    Share your number with the button below, or write it with the country code, such as +1 202 555 0123.
share-contact = 📱 Share my number
ask-note = <b>Delivery note</b>
    Anything we should know, such as a door code? You can skip this.
ask-bonus = You have a bonus of <b>{ $balance }</b>. This order comes to { $total }. Use the bonus now?
apply-bonus = Use { $bonus }
keep-bonus = Keep it
ask-payment = <b>Payment</b>
    To pay: { $due }. How would you like to pay?
pay-cash = 💵 Cash on Delivery
pay-bitcoin = ₿ Bitcoin
review-title = <b>Please check your order</b>
review-question = Is everything right?
review-again = Check again
confirm-order = ✅ Confirm order
details-address = 📍 { $address }
details-phone = 📞 { $phone }
details-note = 📝 { $note }
money-total = Total: <b>{ $total }</b>
money-bonus = Bonus: −{ $bonus }
money-due = To pay: <b>{ $due }</b>
method-cash = Cash on Delivery
method-bitcoin = Bitcoin
placed-title = ✅ <b>Order { $code }</b> is reserved for you.
placed-cash = You pay { $due } in cash on delivery. We will confirm your order before { $until }.
placed-bitcoin = Please send bitcoin worth <b>{ $due }</b> to this address:
    <code>{ $address }</code>
    We hold the goods until { $until }.
view-order = View order

## My orders

orders-title = <b>My orders</b>
orders-empty = You have no orders yet.
order-row = { $code } · { $status } · { $total }
order-title = <b>Order { $code }</b>
order-status = Status: <b>{ $status }</b>
order-created = Ordered: { $time }
order-until = Held until: { $time }
order-delivery = Delivery: { $time }
order-bitcoin = Pay { $due } to <code>{ $address }</code>
status-pending = being placed
status-reserved = waiting for confirmation
status-reserved-brief = not confirmed yet
status-confirmed = confirmed
status-delivered = delivered
status-cancelled = cancelled
status-expired = expired
extend-order = ⏳ Hold it { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
 } longer
order-extended = ✅ We hold your order longer.
order-extended-already = ✅ We hold this order longer already.
change-address = Change address
change-note = Change note
remove-note = No note
ask-new-address = <b>Order { $code }</b>
    Where should we bring it instead? Write the full address.
ask-new-note = <b>Order { $code }</b>
    What should we know, such as a door code? Write the new note.
so-far = So far:
order-changed = ✅ Changed. The shop has been told.
cancel-order = Cancel order
ask-cancel = Really cancel order <b>{ $code }</b>?
cancel-yes = Yes, cancel it
cancel-no = No, keep it
cancelled = Order <b>{ $code }</b> is cancelled.

## Reference codes

codes-title = <b>Reference codes</b>
    Invite a friend: each code lets one person in within 24 hours, and you get a bonus from what they buy.
codes-none = You have no open codes.
code-line = <code>{ $code }</code> until { $until }
    { $link }
code-line-for-ever = <code>{ $code }</code>
    { $link }
share-picture = 🔳 { $code }
share-code = 🎟 <b>An invitation to our shop</b>
    Point a phone's camera at the picture, or open { $link }
    Code: <code>{ $code }</code>
share-until = It lets one person in, until { $until }.
share-words = Your invitation to the shop
share-link = 📤 Share the link
new-code = Create a code
friends-title = Friends you invited: { $count }
friend-line = · { $name }: { $orders ->
    [one] { $orders } order
   *[other] { $orders } orders
 }, { $earned } for you
bonus-earned = Earned so far: { $earned }
bonus-balance = Bonus balance: <b>{ $balance }</b>

## Profile, rules, privacy, language

profile-title = <b>{ $name }</b>
profile-id = Telegram ID: <code>{ $id }</code>
profile-orders = Orders delivered: { $count }
profile-spent = Spent: { $amount }
profile-no-details = No delivery details saved yet. They are saved with your first order.
rules-title = <b>Rules</b>

    { $rules }
rules-none = The shop has not written any rules yet.
channel = 📣 Our channel
ask-language = Which language shall we speak?
language-chosen = ✅ We speak English now.

## What the shop says when it cannot do something

short-item = { $available ->
    [0] { $name } is sold out
   *[other] Only { $available } of { $name } left
 }
gone-item = ⚠️ { $name } is no longer sold
error-no-longer-sold = <b>This cannot be ordered as it is:</b>
    { $items }

    Please take out what is no longer sold.
error-insufficient-stock = <b>There is not enough left:</b>
    { $items }
error-done-already = ✅ This was done already.
error-empty-cart = Your cart is empty.
error-cart-full = Your cart is full: it holds at most { $limit } different items.
error-amount-too-small = An order starts at { $minimum }. Yours comes to { $total } so far.
error-amount-too-large = An order can be { $maximum } at most. Yours comes to { $total }.
error-too-many-pieces = You can have { $limit ->
    [one] one piece
   *[other] { $limit } pieces
 } of “{ $name }” in your open orders at a time. Please take some out of the cart, or wait for a delivery.
error-too-many-changes = This order has been changed { $limit } times already. If something is still wrong, please write to us through Support.
error-too-many-open-orders = You already have { $limit ->
    [one] { $limit } open order
   *[other] { $limit } open orders
 }. Please wait until one of them is delivered.
error-checkout-outdated = Something in this order has changed since you saw it. Please check it once more.
error-details-missing = The address or the phone number is missing.
error-no-bitcoin-address = Bitcoin is not possible right now. You can pay in cash on delivery.
error-wrong-status = Order { $order_code } has moved on in the meantime, so this is no longer possible.
error-bad-value-reservation-end = The time of order { $value } is over already. You can order again.
error-bad-value-reservation = The shop does not hold orders longer at the moment.
error-forgotten = That was too long ago, and I have forgotten what it was about. Please begin again.
error-not-found = This is no longer here.
error-bad-value = That does not work. Please try again.
error-bad-value-address = Please write the full address: 5 to 500 characters.
error-bad-value-phone-number = This is not a phone number that can be called. Write it with the country code, such as +1 202 555 0123.
error-bad-value-contact = Please share your own contact, or write the number.
error-bad-value-note = Please write at most 500 characters.
error-bad-value-message = Please write at most 2000 characters.
error-bad-value-quantity = Please write a whole number above 0.
error-code-unknown = This code is not known. Check it and send it again.
error-code-expired = This code has expired. Ask for a new one.
error-code-used-up = This code has been used already. Ask for a new one.
error-own-code = This is your own code. It is for a friend.
error-too-fast = ⏳ That was a lot at once. Please go on in a minute.
error-too-many-attempts = Too many attempts. Please try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }.
error-too-many-codes = You have { $limit ->
    [one] { $limit } open code
   *[other] { $limit } open codes
 } already. Use them first, or wait until they expire.
error-banned = You cannot use this shop.
error-forbidden = This is for the people who run the shop.
outage = One moment, the shop has a short break. What you have sent is kept and will be done as soon as it is back; there is no need to send it again.
error-busy = The shop is very busy right now and nothing was changed. Please try again in a moment.
error-busy-unclear = The connection broke at the last moment, so this may or may not be done. Please look before you repeat it.
error-other = That is not possible right now.
apology = 😔 Sorry, something went wrong on our side. Please try again.
apology-id = If it happens again, tell us this number: <code>{ $id }</code>
