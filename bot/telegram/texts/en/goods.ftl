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
open-goods = Have a look
