## Настройки и перерыв

settings = ⚙️ Настройки
place-settings = Настройки
settings-hint = Действуют сразу, здесь и в командной строке.
settings-orders = Заказы
settings-people = Покупатели
settings-privacy = Личные данные
settings-other = Магазин
setting-row = { $name }: { $value }
setting-now = Сейчас: <b>{ $value }</b>
setting-default = По умолчанию: { $value }
setting-reset = ↩️ По умолчанию: { $value }
setting-saved = ✅ Сохранено.
setting-on = да
setting-off = нет
setting-off-value = выключено
setting-nothing = ничего
setting-percent = { $number } %
setting-days = { $count ->
    [0] всегда
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
 }
setting-hours = { $count ->
    [one] { $count } час
    [few] { $count } часа
   *[many] { $count } часов
 }
setting-minutes = { $count ->
    [one] { $count } минута
    [few] { $count } минуты
   *[many] { $count } минут
 }
setting-wrong = Такое значение не подходит, ничего не изменилось.
setting-write-number = Нажмите кнопку или напишите целое число от { $least } до { $most }.
setting-write-percent = Нажмите кнопку или напишите число от { $least } до { $most }, например 2.5.
setting-write-time = Напишите часовой пояс, например <code>Europe/Moscow</code>.
setting-write-country = Напишите две буквы страны, например <code>RU</code>.
setting-write-text = Напишите текст, не длиннее 1000 символов.
setting-write-value = Напишите значение.

setting-maintenance = Закрыто, потому что
setting-maintenance-about = Почему магазин закрыт для покупателей.
setting-reference-codes-enabled = Коды приглашений
setting-reference-codes-enabled-about = Нужен ли код приглашения, чтобы войти в магазин.
setting-reference-bonus-percent = Бонус за друга
setting-reference-bonus-percent-about = Доля пригласившего в том, что платит его друг; начисляется при доставке.
setting-timezone = Часовой пояс
setting-timezone-about = По нему магазин показывает время.
setting-cash-order-timeout-hours = Бронь: наличные
setting-cash-order-timeout-hours-about = Сколько товары остаются за заказом с оплатой наличными, пока вы его не подтвердите.
setting-bitcoin-order-timeout-hours = Бронь: биткоин
setting-bitcoin-order-timeout-hours-about = Сколько товары остаются за заказом с оплатой в биткоинах, пока вы его не подтвердите.
setting-reservation-reminder-minutes = Напоминание
setting-reservation-reminder-minutes-about = За сколько до конца брони напомнить покупателю. 0 минут: никогда.
setting-reservation-extension-hours = Продление
setting-reservation-extension-hours-about = На сколько продлить бронь по просьбе покупателя, один раз. 0 часов: не продлевать.
setting-help-auto-message = Автоответ
setting-help-auto-message-about = Что покупатель получает сразу, когда просит о помощи.
setting-btc-low-addresses = Мало адресов
setting-btc-low-addresses-about = Владельца предупредят, когда свободных биткоин-адресов станет меньше.
setting-low-stock = Мало товара
setting-low-stock-about = Сотрудникам сообщат, когда товара останется столько или меньше, если у товара нет своего числа.
setting-max-open-orders = Открытые заказы
setting-max-open-orders-about = Сколько открытых заказов может быть у одного покупателя.
setting-max-pieces-per-goods = Штук одного товара
setting-max-pieces-per-goods-about = Сколько штук одного товара может быть в открытых заказах покупателя.
setting-staff-group = Группа сотрудников
setting-staff-group-about = Группа Telegram, где сообщается о заказах. Если здесь ничего нет, узнаёт каждый сотрудник. Проще: панель, «Новые заказы».
setting-presses-per-minute = Нажатий в минуту
setting-presses-per-minute-about = На сколько нажатий покупателя бот отвечает за минуту. 0: на все.
setting-messages-per-minute = Сообщений в минуту
setting-messages-per-minute-about = На сколько сообщений покупателя бот отвечает за минуту. 0: на все.
setting-phone-region = Страна телефонов
setting-phone-region-about = Страна номеров, написанных без +. Если здесь ничего нет, покупатели пишут + и код страны.
setting-order-details-days = Адреса заказов
setting-order-details-days-about = Как долго после завершения заказ хранит адрес, телефон и примечание. 0 дней: всегда.
setting-conversation-days = Переписка
setting-conversation-days-about = Как долго хранится то, что покупатели и магазин пишут друг другу. 0 дней: всегда.
setting-checkout-days = Начатые заказы
setting-checkout-days-about = Как долго хранится незаконченное оформление вместе с адресом. 0 дней: всегда.
setting-message-days = Отправленное
setting-message-days-about = Как долго хранятся подробности отправленных сообщений. 0 дней: всегда.
setting-press-days = Нажатия
setting-press-days-about = Как долго хранятся события простых нажатий, например изменений корзины. 0 дней: всегда.
setting-log-days = Журналы
setting-log-days-about = Как долго хранятся файлы журналов, которые сменились новыми. 0 дней: всегда.

maintenance = 🔧 Перерыв
place-maintenance = Перерыв
shut-is-open = Магазин открыт.
    Пока он закрыт, покупатели видят только вашу причину. Брони ждут: ни одна не кончится, и при открытии каждая получит это время обратно.
shut-is-closed = Магазин закрыт для покупателей. Вы можете работать дальше.
shut-since = С { $time }
shut-close = 🔧 Закрыть магазин
shut-open = ✅ Открыть магазин
shut-reword = ✏️ Другая причина
shut-ask = Почему магазин закрыт? Напишите, что увидят покупатели, не длиннее 500 символов. Магазин закроется, как только вы это отправите.
shut-wrong = Напишите понятную покупателям причину, не длиннее 500 символов.
shut-opened = ✅ Магазин снова открыт.

closed-title = 🔧 <b>Магазин ненадолго закрыт</b>
closed-reason = <i>{ $reason }</i>
closed-kept = Ничего не пропадёт: корзина сохранена, а заказы подождут.
closed-again = 🔄 Попробовать снова
closed-over = Магазин снова открыт.
closed-note = 🔧 <b>Закрыт для покупателей:</b> { $reason }
