## What costs the shop more than a press, and how much of it one customer may have

setting-searches-per-minute = Searches a minute
setting-searches-per-minute-about = How many searches of one customer are done in a minute. 0: all.
setting-checkouts-per-minute = Checkouts a minute
setting-checkouts-per-minute-about = How many checkouts one customer may begin or change in a minute. 0: any number.
setting-max-orders-per-day = Orders a day
setting-max-orders-per-day-about = How many orders one customer may place within 24 hours. Cancelled ones count too.
setting-max-unpaid-bitcoin-orders = Unpaid bitcoin orders
setting-max-unpaid-bitcoin-orders-about = How many bitcoin orders one customer may leave unpaid within 24 hours. Each uses an address up for good.

error-too-many-orders = You have placed { $limit ->
    [one] { $limit } order
   *[other] { $limit } orders
 } within a day, and more is not possible. Please come back tomorrow, or write to us through Support.
error-too-many-unpaid = Too many of your bitcoin orders were left unpaid today. You can pay in cash on delivery, or in bitcoin again tomorrow.
