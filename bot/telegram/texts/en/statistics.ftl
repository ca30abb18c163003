## Statistics

statistics = 📊 Statistics
place-statistics = Statistics
stats-today = Today
stats-7 = 7 days
stats-30 = 30 days
stats-year = 12 months
stats-own = Other days
stats-here = • { $text }
stats-view-figures = 🔢 Figures
stats-view-revenue = 📈 Revenue
stats-view-orders = 🧾 Orders
stats-view-goods = 🏆 Top goods
stats-days = { $days } ({ $zone })
    <i>compared with { $before }</i>
stats-line-revenue = 💰 Revenue: <b>{ $value }</b>{ $change }
stats-line-received = 💵 Received: <b>{ $value }</b>{ $change }
stats-line-average = ⚖️ Average order: <b>{ $value }</b>{ $change }
stats-line-orders = 🧾 Orders: <b>{ $value }</b>{ $change }
stats-line-delivered = 📦 Delivered in this time: <b>{ $value }</b>{ $change }
stats-line-new = 👋 New customers: <b>{ $value }</b>{ $change }
stats-line-bought = 🛒 of whom ordered: <b>{ $value }</b>{ $change }
stats-change = ({ $percent }%)
stats-status = · { $status }: { $count }
stats-best = 🏆 Top goods, delivered
stats-best-line = · { $name }: { $units } × for { $amount }
stats-nothing-revenue = Nothing was delivered in this time.
stats-nothing-orders = Nobody ordered in this time.
stats-nothing-goods = Nothing was delivered in this time.
stats-no-picture = The picture could not be drawn this time; these are its figures.
stats-ask = Which days? Write one or two, such as
    <code>2026-11-01 2026-11-20</code>
stats-wrong = Please write one or two days that are not still to come, such as 2026-11-01 2026-11-20.
stats-picture-revenue = Revenue
stats-picture-orders = Orders
stats-picture-goods = Top goods
stats-axis-revenue = Revenue
stats-axis-orders = Orders made
stats-axis-goods = Amount before discounts, and pieces
stats-axis-hour = Hours ({ $zone })
stats-axis-day = Days ({ $zone })
stats-axis-month = Months ({ $zone })
stats-sold = { $amount } · { $units }
