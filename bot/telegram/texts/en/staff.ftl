## Staff screens

admin = Admin
buyer = Customer: { $name } (<code>{ $id }</code>)
open-order = Open order
panel-title = <b>Admin panel</b>
queue-count = { $status }: { $count }
queue-pending = Being placed
queue-reserved = Waiting for confirmation
queue-confirmed = Confirmed
queue-delivered = Delivered
queue-cancelled = Cancelled
queue-expired = Expired
queue-empty = There are no such orders.
job-confirm = ✅ Confirm
job-deliver = 📦 Delivered
ask-delivered = Has order <b>{ $code }</b> been handed over? The goods leave the stock, and this cannot be taken back.
delivered-yes = Yes, delivered
error-bad-value-time = Please write a time that is still to come as YYYY-MM-DD HH:MM, such as 2026-12-20 14:30.
