## Покупатели, для сотрудников

customers = 👥 Покупатели
people-place = Покупатели
people-new = Новые
people-spent = По тратам
people-banned = Без доступа
people-new-title = Сначала новые.
people-spent-title = Сначала те, кто потратил больше.
people-banned-title = 🚫 Кому закрыт доступ.
people-none = Таких покупателей нет.
people-found-title = 🔎 <b>{ $text }</b>
people-by-phone-title = 🔎 <b>Найдены по номеру телефона</b>
people-by-phone-many = 🔎 <b>Найдены по номеру телефона</b>
    Это не все: повторите поиск, указав больше цифр.
find-person = 🔎 Найти покупателя
ask-person = <b>Поиск покупателя</b>
    Напишите часть имени, @username, ID, номер телефона или код приглашения.
person-not-found = Никто не найден: <b>{ $text }</b>.
error-bad-value-customer-to-find = Напишите имя, @username, ID или номер телефона: не больше 100 символов.
person-row = { $marks }{ $name } · { $spent }
person-staff = 🔑
person-banned = 🚫
person-away = 💤

## Один покупатель

job-buyer = 👤 Покупатель
person-id = { $username }ID: <code>{ $id }</code>
person-details-place = Адрес и телефон
person-orders-place = Заказы
person-bonus-place = Бонус
person-is-owner = 🔑 Владелец магазина
person-is-admin = 🔑 Администратор магазина
person-is-banned = 🚫 <b>Доступ закрыт:</b> { $reason }
person-is-banned-so = 🚫 <b>Доступ закрыт</b> без указания причины
person-is-away = 💤 Остановил(а) бота, замечено { $time }
person-registered = Регистрация: { $time }
person-by-code = Вход по коду <code>{ $code }</code>
person-by-friend = Вход по коду <code>{ $code }</code>, пригласил(а) { $name } (<code>{ $id }</code>)
person-language = Язык: { $language }
person-friends = Приглашено друзей: { $count }
person-bought-nothing = 📦 Заказов пока нет
person-bought = 📦 { $count ->
    [one] { $count } заказ
    [few] { $count } заказа
   *[many] { $count } заказов
 }, открыто: { $open }
    Доставлено: { $delivered }, потрачено <b>{ $spent }</b>
person-bonus = 🎁 Бонус: <b>{ $balance }</b>
person-questions = 💬 { $count ->
    [one] { $count } вопрос ждёт ответа
    [few] { $count } вопроса ждут ответа
   *[many] { $count } вопросов ждут ответа
 }
person-orders-button = 📦 Заказы: { $count }
person-bonus-button = 🎁 Бонус
person-details-button = 📍 Контакты
write-person = ✉️ Написать
ban-person = 🚫 Закрыть доступ
unban-person = ✅ Открыть доступ
person-no-details = Адрес и телефон ещё не сохранены.
person-orders = Сначала новые заказы.
person-orders-none = Заказов пока нет.

## Бонус вручную

bonus-entry = · { $amount } { $kind }{ $why }
entry-credited = за заказ друга
entry-spent = потрачено
entry-refunded = возвращено
entry-trimmed = отдано назад
entry-adjusted = вручную
bonus-entries-none = Пока ничего не менялось.
bonus-add = ➕ Добавить
bonus-take = ➖ Списать
ask-bonus-to-add = Сколько добавить? Напишите сумму, например 5.00.
ask-bonus-to-take = Сколько списать? Напишите сумму, например 5.00.
bonus-to-add = Добавить <b>{ $amount }</b>: на балансе станет { $after }.
bonus-to-take = Списать <b>{ $amount }</b>: на балансе станет { $after }.
ask-bonus-reason = Почему? Покупатель прочтёт причину.
bonus-told = Придёт сообщение с причиной. Другая причина? Просто напишите её.
bonus-not-told = Бот остановлен, сообщение не дойдёт. Другая причина? Просто напишите её.
bonus-add-yes = ✅ Да, добавить { $amount }
bonus-take-yes = ✅ Да, списать { $amount }
bonus-moved = ✅ Готово.
error-bad-value-amount = Напишите сумму больше нуля, например 5.00.
error-bad-value-amount-to-remove = Это больше, чем есть на балансе.
error-bad-value-amount-to-add = Столько на балансе не поместится.
error-wrong-state-balance-moved = Баланс тем временем изменился, ничего не сделано. Посмотрите ещё раз.

## Закрытый доступ и сообщения

ask-ban-reason = Почему закрыть доступ? Напишите причину.
no-reason = Без причины
ask-ban = 🚫 <b>Точно закрыть доступ?</b> Магазином больше нельзя будет пользоваться, коды приглашений никого не впустят. Открытые заказы останутся как есть.
ban-without-reason = Причина не указана. Напишите её, если она есть.
ban-and-tell = 🚫 Закрыть и сообщить
ban-quietly = 🚫 Закрыть молча
banned-told = 🚫 Доступ закрыт, сообщение отправлено.
banned-quietly = 🚫 Доступ закрыт без сообщения.
ask-unban = ✅ <b>Открыть доступ снова?</b>
unban-and-tell = ✅ Да, и сообщить
unban-quietly = ✅ Да, молча
unbanned-told = ✅ Доступ снова открыт, сообщение отправлено.
unbanned-quietly = ✅ Доступ снова открыт, без сообщения.
ask-person-letter = Что написать? Текст придёт как сообщение от магазина.
error-wrong-state-owner-not-banned = Владельцу нельзя закрыть доступ.
error-wrong-state-staff-not-banned = Администратору нельзя закрыть доступ: сначала снимите с него роль.
error-wrong-state-banned-already = Доступ этого покупателя уже закрыт.
error-wrong-state-not-banned = Доступ этого покупателя не закрыт.
error-wrong-state-has-blocked-the-bot = Этот человек остановил бота: сообщения не дойдут, пока он не вернётся.
