## What customers are told

notice-order-confirmed = ✅ Your order <b>{ $order_code }</b> is confirmed.
    Delivery: { $delivery }
notice-order-delivered = 📦 Your order <b>{ $order_code }</b> has been delivered. Thank you!
notice-order-cancelled = Your order <b>{ $order_code }</b> was cancelled by the shop.
notice-order-expired = ⌛ The time for order <b>{ $order_code }</b> is over, so it has expired.
notice-order-expiring = ⏰ We hold order <b>{ $order_code }</b> only until { $until }.
notice-order-revived = Your order <b>{ $order_code }</b> is reserved again until { $until }. To pay: { $due }
notice-order-item-added = Your order <b>{ $order_code }</b> has changed: { $quantity } × { $name } added. New total: { $total }
notice-order-item-removed = Your order <b>{ $order_code }</b> has changed: { $quantity } × { $name } removed. New total: { $total }
notice-order-delivery-time = Your order <b>{ $order_code }</b> will be delivered at another time: { $delivery }
notice-order-details-changed = { $what ->
    [address] The delivery address of your order <b>{ $order_code }</b> has changed.
    [phone] The phone number of your order <b>{ $order_code }</b> has changed.
    [note] The note of your order <b>{ $order_code }</b> has changed.
   *[other] The delivery details of your order <b>{ $order_code }</b> have changed.
 }
pay-to-address = Please pay to this address, unless you have paid already:
    <code>{ $address }</code>
notice-reason = Reason: { $reason }
bonus-refunded = Your bonus of { $amount } is back on your balance.
notice-bonus-credited = 🎁 Thank you for inviting a friend: { $amount } have been added to your bonus balance.
notice-bonus-adjusted = 🎁 The shop has added { $amount } to your bonus balance.
bonus-taken = The shop has taken { $amount } off your bonus balance.
notice-friend-joined = 👋 A friend has entered with your code { $code }.
notice-banned = You can no longer use this shop.
notice-unbanned = You can use this shop again.

## What staff and the owner are told

notice-order-new = 🆕 <b>New order { $order_code }</b>
notice-order-cancelled-by-customer = ❌ <b>Order { $order_code }</b> was cancelled by the customer
notice-order-changed-by-customer = ✏️ <b>Order { $order_code }</b>: the customer has changed the address or the note
notice-order-paid-unconfirmed = ⚠️ <b>Order { $order_code }</b> is paid, but nobody has confirmed it and its time is over. It is kept; please look at it.
notice-bitcoin-low = ⚠️ { $count ->
    [0] No free bitcoin address is left.
    [one] Only { $count } free bitcoin address is left.
   *[other] Only { $count } free bitcoin addresses are left.
 } Add some to the address file.
notice-bitcoin-streak = ⚠️ The last { $count } bitcoin addresses in a row were not paid. Wallets stop looking after 20 unused addresses, so check that yours still sees payments.
notice-btc-bad-lines = ⚠️ In the bitcoin address file, { $more ->
    [0] line { $first } is no address.
    [one] line { $first } and { $more } more line are no addresses.
   *[other] line { $first } and { $more } more lines are no addresses.
 }
notice-btc-file-unread = ⚠️ The file of bitcoin addresses cannot be read, so no new ones are loaded: { $why }.
notice-btc-file-read = ✅ The file of bitcoin addresses can be read again.
notice-channel-unseen = ⚠️ I cannot see who has joined { $channel } ({ $why }). Please make me an administrator there. Until then customers come in without joining.
notice-message-dead = ⚠️ A message could not be delivered (number { $message_id }): { $text }

notice-staff-added = 🔑 You run this shop with us from now on: /admin shows the orders, and what can be done with them.
notice-staff-removed = You no longer run this shop: /admin is closed, and you can go on buying.
