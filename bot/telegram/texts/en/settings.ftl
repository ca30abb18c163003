## Settings and maintenance

settings = ⚙️ Settings
place-settings = Settings
settings-hint = They count at once, here and in the shell.
settings-orders = Orders
settings-people = Customers
settings-privacy = Personal data
settings-other = The shop
setting-row = { $name }: { $value }
setting-now = Now: <b>{ $value }</b>
setting-default = Default: { $value }
setting-reset = ↩️ Default: { $value }
setting-saved = ✅ Saved.
setting-on = yes
setting-off = no
setting-off-value = switched off
setting-nothing = nothing
setting-percent = { $number }%
setting-days = { $count ->
    [0] for ever
    [one] { $count } day
   *[other] { $count } days
 }
setting-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
 }
setting-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
setting-wrong = This value does not fit, so nothing has changed.
setting-write-number = Press a button or write a whole number from { $least } to { $most }.
setting-write-percent = Press a button or write a number from { $least } to { $most }, such as 2.5.
setting-write-time = Write a time zone such as <code>Europe/Berlin</code>.
setting-write-country = Write the two letters of the country, such as <code>US</code>.
setting-write-text = Write the text, with 1000 characters at most.
setting-write-value = Write the value.

setting-maintenance = Closed because
setting-maintenance-about = Why the shop is closed for customers.
setting-reference-codes-enabled = Reference codes
setting-reference-codes-enabled-about = Whether people need a reference code to enter the shop.
setting-reference-bonus-percent = Referral bonus
setting-reference-bonus-percent-about = The referrer's share of what an invited customer pays, credited on delivery.
setting-timezone = Time zone
setting-timezone-about = In which the shop's times are shown.
setting-cash-order-timeout-hours = Cash orders wait
setting-cash-order-timeout-hours-about = How long goods stay reserved for a cash order until you confirm it.
setting-bitcoin-order-timeout-hours = Bitcoin orders wait
setting-bitcoin-order-timeout-hours-about = How long goods stay reserved for a bitcoin order until you confirm it.
setting-reservation-reminder-minutes = Reminder
setting-reservation-reminder-minutes-about = How long before a reservation ends the customer is reminded. 0 minutes: never.
setting-reservation-extension-hours = Extension
setting-reservation-extension-hours-about = How much longer goods stay reserved when a customer asks for it, once. 0 hours: not at all.
setting-help-auto-message = Automatic answer
setting-help-auto-message-about = What customers get at once when they ask for help.
setting-btc-low-addresses = Few addresses
setting-btc-low-addresses-about = The owner is warned when fewer free bitcoin addresses than this are left.
setting-low-stock = Few goods
setting-low-stock-about = The staff are told when so many or fewer of some goods are left, unless the goods have a number of their own.
setting-max-open-orders = Open orders
setting-max-open-orders-about = How many open orders one customer may have at a time.
setting-max-pieces-per-goods = Pieces per goods
setting-max-pieces-per-goods-about = How many pieces of the same goods one customer may have in open orders at a time.
setting-staff-group = Staff group
setting-staff-group-about = The Telegram group in which orders are announced. With nothing here, each of the staff is told. Easier: the panel, New orders.
setting-presses-per-minute = Presses a minute
setting-presses-per-minute-about = How many presses of one customer are answered in a minute. 0: all.
setting-messages-per-minute = Messages a minute
setting-messages-per-minute-about = How many messages of one customer are answered in a minute. 0: all.
setting-phone-region = Phone country
setting-phone-region-about = The country of phone numbers written without +. With nothing here, customers write + and the country code.
setting-order-details-days = Addresses of orders
setting-order-details-days-about = How long after its end an order keeps its address, phone number and note. 0 days: for ever.
setting-conversation-days = Conversations
setting-conversation-days-about = How long what customers and staff wrote to each other is kept. 0 days: for ever.
setting-checkout-days = Open checkouts
setting-checkout-days-about = How long a checkout that nobody has finished is kept with its address. 0 days: for ever.
setting-message-days = Sent messages
setting-message-days-about = How long the outbox keeps what a message was filled with. 0 days: for ever.
setting-press-days = Presses
setting-press-days-about = How long events of mere presses are kept, such as a changed cart. 0 days: for ever.
setting-log-days = Log files
setting-log-days-about = How long log files are kept that newer ones have replaced. 0 days: for ever.

maintenance = 🔧 Maintenance
place-maintenance = Maintenance
shut-is-open = The shop is open.
    While it is closed, customers read your reason and nothing else. Reservations wait: none ends, and each gets the time back when you open.
shut-is-closed = The shop is closed for customers. You can go on.
shut-since = Since { $time }
shut-close = 🔧 Close the shop
shut-open = ✅ Open the shop
shut-reword = ✏️ Another reason
shut-ask = Why is the shop closed? Write what customers shall read, with 500 characters at most. The shop closes when you send it.
shut-wrong = Please write a reason that customers understand, with 500 characters at most.
shut-opened = ✅ The shop is open again.

closed-title = 🔧 <b>The shop is closed for a while</b>
closed-reason = <i>{ $reason }</i>
closed-kept = Nothing is lost: your cart is kept, and your orders wait.
closed-again = 🔄 Try again
closed-over = The shop is open again.
closed-note = 🔧 <b>Closed for customers:</b> { $reason }
