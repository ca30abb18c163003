## Что узнают покупатели

notice-order-confirmed = ✅ Ваш заказ <b>{ $order_code }</b> подтверждён.
    Доставка: { $delivery }
notice-order-delivered = 📦 Ваш заказ <b>{ $order_code }</b> доставлен. Спасибо!
notice-order-cancelled = Ваш заказ <b>{ $order_code }</b> отменён магазином.
notice-order-expired = ⌛ Время заказа <b>{ $order_code }</b> вышло, он истёк.
notice-order-expiring = ⏰ Мы держим заказ <b>{ $order_code }</b> только до { $until }.
notice-order-revived = Ваш заказ <b>{ $order_code }</b> снова отложен до { $until }. К оплате: { $due }
notice-order-item-added = Ваш заказ <b>{ $order_code }</b> изменился: добавлено { $quantity } × { $name }. Теперь итого: { $total }
notice-order-item-removed = Ваш заказ <b>{ $order_code }</b> изменился: убрано { $quantity } × { $name }. Теперь итого: { $total }
notice-order-delivery-time = Ваш заказ <b>{ $order_code }</b> привезут в другое время: { $delivery }
notice-order-details-changed = { $what ->
    [address] Адрес доставки вашего заказа <b>{ $order_code }</b> изменился.
    [phone] Телефон в вашем заказе <b>{ $order_code }</b> изменился.
    [note] Примечание к вашему заказу <b>{ $order_code }</b> изменилось.
   *[other] Данные доставки вашего заказа <b>{ $order_code }</b> изменились.
 }
pay-to-address = Заплатите, пожалуйста, на этот адрес, если ещё не заплатили:
    <code>{ $address }</code>
notice-reason = Причина: { $reason }
bonus-refunded = Ваш бонус { $amount } снова на балансе.
notice-bonus-credited = 🎁 Спасибо за приглашённого друга: на ваш бонусный баланс зачислено { $amount }.
notice-bonus-adjusted = 🎁 Магазин добавил { $amount } на ваш бонусный баланс.
bonus-taken = Магазин списал { $amount } с вашего бонусного баланса.
notice-friend-joined = 👋 Друг вошёл с вашим кодом { $code }.
notice-banned = Вы больше не можете пользоваться этим магазином.
notice-unbanned = Вы снова можете пользоваться этим магазином.

## Что узнают сотрудники и владелец

notice-order-new = 🆕 <b>Новый заказ { $order_code }</b>
notice-order-cancelled-by-customer = ❌ <b>Заказ { $order_code }</b> отменён покупателем
notice-order-changed-by-customer = ✏️ <b>Заказ { $order_code }</b>: покупатель изменил адрес или примечание
notice-order-paid-unconfirmed = ⚠️ <b>Заказ { $order_code }</b> оплачен, но никто его не подтвердил, и его время вышло. Он сохранён; посмотрите, пожалуйста.

notice-bitcoin-low = ⚠️ Осталось свободных биткоин-адресов: { $count }. Добавьте новые в файл адресов.
notice-bitcoin-streak = ⚠️ Последние биткоин-адреса подряд не оплачены: { $count }. После 20 неиспользованных кошелёк перестаёт искать, проверьте, видит ли ваш новые платежи.
notice-btc-bad-lines = ⚠️ В файле биткоин-адресов { $more ->
    [0] строка { $first } не содержит адреса.
    [one] строка { $first } и ещё { $more } строка не содержат адреса.
    [few] строка { $first } и ещё { $more } строки не содержат адреса.
   *[many] строка { $first } и ещё { $more } строк не содержат адреса.
 }
notice-btc-file-unread = ⚠️ Файл биткоин-адресов не читается, новые адреса не загружаются: { $why }.
notice-btc-file-read = ✅ Файл биткоин-адресов снова читается.
notice-channel-unseen = ⚠️ Не видно, кто подписан на { $channel } ({ $why }). Сделайте меня, пожалуйста, администратором там. До тех пор покупатели входят без подписки.
notice-message-dead = ⚠️ Сообщение не удалось доставить (номер { $message_id }): { $text }

notice-staff-added = 🔑 Теперь вы управляете магазином вместе с нами: /admin показывает заказы и что с ними можно сделать.
notice-staff-removed = Вы больше не управляете магазином: /admin закрыт, но покупать можно и дальше.
