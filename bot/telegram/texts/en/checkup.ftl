## The nightly look at what must always hold

notice-checkup-broken = ⚠️ <b>Tonight's check found something that does not add up.</b>
notice-checkup-well = ✅ Tonight's check found that everything adds up again.
checkup-finding = • { $what } (since { $since })
checkup-stock = Stock: what is on the shelf or promised does not agree with the log or the orders
checkup-addresses = Bitcoin addresses: an address and its order do not agree
checkup-bonus = Bonus: a balance or an order does not agree with the ledger
checkup-orders = Orders: an order's history does not agree with how it stands
checkup-money = Money: a total, a payment or what a customer has spent does not add up
checkup-messages = Messages: somebody was not told of something, or a message got stuck
checkup-codes = Reference codes: a code was used more or less often than is noted
checkup-look = On the server, <code>bot_cli.py doctor</code> says what exactly, and <code>bot_cli.py doctor --fix</code> shows what can be put right.
job-check-invariants = The nightly check
