## Кто узнаёт о заказах

pushes = 🔔 Новые заказы
pushes-title = <b>Кто узнаёт о заказах?</b>
pushes-told = 🔔 Вам приходит сообщение о новом заказе и о том, что покупатель отменил или изменил его.
pushes-muted = 🔕 Сообщения о новых заказах вам не приходят. Заказы есть в панели.
pushes-group = 👥 О заказах сообщается в группе сотрудников, а не каждому отдельно.
pushes-group-muted = Если группа пропадёт, сообщения о новых заказах вам приходить не будут.
pushes-no-group = Вместо этого можно сообщать в группу сотрудников: добавьте меня в неё кнопкой ниже.
pushes-on = 🔔 Сообщать мне о заказах
pushes-off = 🔕 Не сообщать мне
connect-group = 👥 Подключить группу
other-group = 👥 Подключить другую группу
leave-group = ❌ Обойтись без группы
group-connected = 👥 О новых заказах теперь сообщается здесь. Все в этой группе видят, что в заказе и кто им занимается; имя, адрес и телефон видят только сотрудники, в чате со мной.
notice-staff-group-lost = ⚠️ Больше не могу писать в группу сотрудников ({ $why }). О заказах снова сообщается каждому сотруднику. Подключить группу заново: /admin, «Новые заказы».

## Поиск заказов

find-order = 🔎 Найти заказ
find-again = 🔎 Искать ещё
orders-search = Поиск заказа
ask-order-text = Напишите код заказа, имя, @username или ID покупателя либо несколько цифр телефона.
orders-found = 🔎 Заказы: <b>{ $text }</b>
no-orders-found = По запросу <b>{ $text }</b> заказов нет.
queue-row = { $code } { $method } { $total } · { $time }
found-row = { $code } { $method } { $total } · { $status }
method-sign-cash = 💵
method-sign-bitcoin = ₿
status-short-pending = оформляется
status-short-reserved = ждёт
status-short-confirmed = подтверждён
status-short-delivered = доставлен
status-short-cancelled = отменён
status-short-expired = истёк

## Один заказ

job-move = 🕑 Другое время доставки
job-revive = ♻️ Снова отложить товары
job-write = 💬 Написать
job-refused = ⚠️ { $why }
job-moved-on = ⚠️ Заказ { $code } тем временем изменился. { $last }
order-received = Получено: { $amount }
story-line = { $time } · { $what } · { $actor }
story-last = { $what }: { $actor }, { $time }
actor-customer = покупатель
actor-shell = { $name } (командная строка)
actor-clock = по времени
did-order-reserved = Оформлен
did-order-confirmed = Подтверждён
did-order-delivered = Доставлен
did-order-cancelled = Отменён
did-order-cancelled-because = Отменён ({ $reason })
did-order-expired = Истёк
did-order-reminded = Покупателю напомнили
did-order-revived = Снова отложен
did-order-extended = Срок продлён
did-order-paid-but-unconfirmed = Сохранён, потому что оплачен
did-order-item-added = Добавлено: { $quantity } × { $name }
did-order-item-removed = Убрано: { $quantity } × { $name }
did-order-delivery-time = Доставка перенесена на { $delivery_time }
did-order-address-changed = Изменён адрес
did-order-phone-changed = Изменён телефон
did-order-note-changed = Изменено примечание
did-other = Изменён

## Что с ним делают

ask-delivery-day = <b>Заказ { $code }</b>
    Когда его доставят?
ask-other-day = <b>Заказ { $code }</b>
    Когда его доставят вместо этого? Покупатель об этом узнает.
or-write-time = Выберите день или напишите <code>ГГГГ-ММ-ДД ЧЧ:ММ</code> по времени { $zone }, сейчас там { $now }.
confirm-bitcoin = ₿ Подтверждая, вы отмечаете, что { $due } пришли на его биткоин-адрес.
ask-delivery-hour = <b>Заказ { $code }</b>
    { $day }: в какое время? Выберите или напишите, например <code>14:30</code>.
no-hour-left = <b>Заказ { $code }</b>
    { $day }: напишите время, например <code>22:30</code>, или выберите другой день.
day-today = Сегодня
day-tomorrow = Завтра
ask-cancel-reason = Точно отменить заказ <b>{ $code }</b>?
    Напишите причину, её увидит покупатель. Или отмените без неё.
cancel-silently = Отменить без причины
ask-revive = Снова отложить товары заказа <b>{ $code }</b>? Покупатель об этом узнает.
revive-yes = Да, отложить
ask-letter = <b>Сообщение покупателю { $name }</b> о заказе { $code }
    Напишите текст.
buyer-is-away = ⚠️ Не дойдёт: покупатель заблокировал бота. Пока он не вернётся, написать ему нельзя.
letter-sent = ✅ Сообщение отправлено.
order-edited = ✅ Изменено. Покупатель об этом узнает.
error-bad-value-reason = Напишите причину, не длиннее 500 символов.

## Изменения в нём

job-edit = ✏️ Изменить
job-too-small = ⚠️ Сумма заказа станет { $total }, а меньше { $minimum } нельзя. Лучше отмените заказ.
job-too-large = ⚠️ Сумма заказа станет { $total }, а больше { $maximum } нельзя.
edit-order-title = <b>Заказ { $code }</b>
    Что изменить? Покупатель узнает о каждом изменении.
edit-line = { $quantity } × { $name }
edit-add = ➕ Добавить товары
edit-address = 📍 Адрес
edit-phone = 📞 Телефон
edit-note = 📝 Примечание
edit-time = 🕑 Время доставки
ask-pieces = <b>Заказ { $code }: { $name }</b>, по { $price }
    Сколько всего должно быть в заказе? Сейчас: { $held }. Ещё есть: { $available }.
take-out = ❌ Убрать из заказа
ask-goods-to-add = <b>Заказ { $code }</b>
    Что добавить? Выберите или напишите название.
goods-to-add-found = <b>Заказ { $code }</b>
    🔎 <b>{ $text }</b>: выберите или напишите другое.
no-goods-to-add = <b>Заказ { $code }</b>
    С названием <b>{ $text }</b> ничего нет. Напишите другое.
ask-order-address = <b>Заказ { $code }</b>
    Напишите новый адрес.
ask-order-phone = <b>Заказ { $code }</b>
    Напишите новый номер телефона с кодом страны.
ask-order-note = <b>Заказ { $code }</b>
    Напишите новое примечание.
error-last-item = Тогда заказ { $order_code } останется пустым. Лучше отмените его.

## Заказ, который оплачивают в биткоинах

sheet-address = Биткоин-адрес: <code>{ $address }</code>
