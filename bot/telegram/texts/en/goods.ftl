## The card of some goods

goods-link = 🔗 Link
goods-link-text = <b>{ $name }</b>
    Whoever opens this link sees these goods:
    <code>{ $link }</code>
linked-goods-gone = These goods are no longer sold. Here is what else there is:
await-goods = 🔔 Tell me when it is back
unawait-goods = 🔕 Do not tell me after all
card-awaited = 🔔 You will get a message when it is back.
card-waiting = Waiting for it: { $count ->
    [one] { $count } person
   *[other] { $count } people
 }
notice-goods-back = 🔔 <b>{ $name }</b> is back.
notice-goods-gone-again = 🔔 <b>{ $name }</b> was back, but is sold out again already. Its page has a button to wait once more.
open-goods = Have a look

## Ordering again

order-again = 🔁 Order again
again-title = 🔁 <b>In your cart again</b>, at today's prices:
again-nothing = 🔁 <b>Nothing of that order can be had now:</b>
again-line = ✅ { $quantity } × { $name }
again-short = ⚠️ { $name }: { $quantity ->
    [0] sold out
   *[other] { $quantity } instead of { $wanted }
 }
