## Кто управляет магазином

team = 🔑 Сотрудники
team-place = Сотрудники
member-owner = 👑 <b>{ $name }</b> (<code>{ $id }</code>): владелец магазина
member-admin = 🔑 <b>{ $name }</b> (<code>{ $id }</code>)
member-since = Администратор с { $time }, назначил(а) { $by }
member-not-entered = Ещё не нажал(а) /start
member-away = 💤 Остановил(а) бота
member-row = 🔑 { $name }
member-profile = 👤 Как покупатель
new-admin = ➕ Назначить администратора
appoint-person = 🔑 Назначить администратором
choose-person = 👤 Выбрать человека
ask-new-admin = <b>Кто будет помогать управлять магазином?</b>
    Выберите человека кнопкой ниже или напишите ID или @username, поделитесь контактом либо перешлите его сообщение. Он уже должен войти в магазин.
ask-appoint = 🔑 <b>Назначить администратором?</b> Администраторы видят заказы и покупателей с адресами и управляют всем, кроме сотрудников. Это действует сразу, человек узнает об этом.
appoint-yes = 🔑 Да, назначить
admin-appointed = ✅ { $name } теперь управляет магазином вместе с вами.
dismiss-admin = Снять роль
ask-dismiss = <b>Точно снять роль?</b> Панель закроется сразу, человек узнает об этом. Покупать можно и дальше.
dismiss-yes = Да, снять
admin-dismissed = ✅ { $name } больше не управляет магазином.
error-bad-value-person = Telegram не говорит, кто это. Напишите ID или @username.
error-bad-value-username = Этот @username был у нескольких людей. Напишите ID.
error-wrong-state-nobody-called-so = Среди вошедших в магазин такого человека нет. Сначала нужно нажать /start.
error-wrong-state-is-owner = Это владелец, ему и так можно всё.
error-wrong-state-is-admin = Этот человек уже администратор.
error-wrong-state-is-banned = Доступ этого человека закрыт: сначала откройте его.
error-wrong-state-owner-stays = Это владелец, его назначает OWNER_ID.
error-wrong-state-is-no-admin = Этот человек больше не администратор.
