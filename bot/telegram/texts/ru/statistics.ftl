## Статистика

statistics = 📊 Статистика
place-statistics = Статистика
stats-today = Сегодня
stats-7 = 7 дней
stats-30 = 30 дней
stats-year = 12 месяцев
stats-own = Другие дни
stats-here = • { $text }
stats-view-figures = 🔢 Цифры
stats-view-revenue = 📈 Выручка
stats-view-orders = 🧾 Заказы
stats-view-goods = 🏆 Топ товаров
stats-days = { $days } ({ $zone })
    <i>по сравнению с { $before }</i>
stats-line-revenue = 💰 Выручка: <b>{ $value }</b>{ $change }
stats-line-received = 💵 Получено: <b>{ $value }</b>{ $change }
stats-line-average = ⚖️ Средний заказ: <b>{ $value }</b>{ $change }
stats-line-orders = 🧾 Заказов: <b>{ $value }</b>{ $change }
stats-line-delivered = 📦 Доставлено за это время: <b>{ $value }</b>{ $change }
stats-line-new = 👋 Новых покупателей: <b>{ $value }</b>{ $change }
stats-line-bought = 🛒 из них заказали: <b>{ $value }</b>{ $change }
stats-change = ({ $percent } %)
stats-status = · { $status }: { $count }
stats-best = 🏆 Топ доставленных товаров
stats-best-line = · { $name }: { $units } × на { $amount }
stats-nothing-revenue = За это время ничего не доставлено.
stats-nothing-orders = За это время заказов не было.
stats-nothing-goods = За это время ничего не доставлено.
stats-no-picture = Картинку сейчас нарисовать не удалось, вот её цифры.
stats-ask = За какие дни? Напишите один или два, например
    <code>01.11.2026 20.11.2026</code>
stats-wrong = Напишите один или два дня, не из будущего, например 01.11.2026 20.11.2026.
stats-picture-revenue = Выручка
stats-picture-orders = Заказы
stats-picture-goods = Топ товаров
stats-axis-revenue = Выручка
stats-axis-orders = Сделано заказов
stats-axis-goods = Сумма без учёта скидок и число штук
stats-axis-hour = Часы ({ $zone })
stats-axis-day = Дни ({ $zone })
stats-axis-month = Месяцы ({ $zone })
stats-sold = { $amount } · { $units }
