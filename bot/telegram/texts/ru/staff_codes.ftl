## Коды приглашений, для сотрудников

invitations = 🎟 Коды
invitations-place = Коды приглашений
invitations-open = Только открытые
invitations-all = Все коды
invitations-open-title = Коды, которые ещё впускают. Сначала новые.
invitations-all-title = Все коды, сначала новые.
invitations-none = Таких кодов нет.
invitation-row = { $sign } { $code } · { $uses }{ $note }
code-sign-active = 🎟
code-sign-disabled = ⛔
code-sign-used-up = ☑️
code-sign-expired = ⌛
code-is-active = 🎟 <b>Открыт</b>
code-is-disabled = ⛔ <b>Отключён</b>
code-is-used-up = ☑️ <b>Использован</b>
code-is-expired = ⌛ <b>Истёк</b>
invitation-uses = Использован: { $uses }
invitation-until = Действует до: { $until }
code-for-ever = без срока
invitation-made = Создан: { $by }, { $time }
invitation-note = Заметка: { $note }
invitation-brought = Принёс: { $count ->
    [one] { $count } доставленный заказ
    [few] { $count } доставленных заказа
   *[many] { $count } доставленных заказов
 }, <b>{ $spent }</b>; бонус пригласившему { $earned }
invitation-link = <code>{ $link }</code>
invitation-who = 👥 Кто вошёл: { $count }
invitation-uses-title = Кто вошёл по коду и сколько потратил. Сначала новые.
invitation-uses-none = По этому коду ещё никто не вошёл.
invitation-use = { $name } · { $spent }
invitation-picture = 🔳 QR-картинка
disable-invitation = ⛔ Отключить
ask-disable-reason = Почему код больше не должен впускать? Напишите причину, её прочтут только сотрудники.
ask-disable = ⛔ <b>Точно отключить этот код?</b> Вернуть его будет нельзя.
disable-yes = ⛔ Да, отключить
invitation-disabled = ⛔ Код больше никого не впустит.
error-wrong-state-code-disabled = Этот код уже отключён.

## Новый код приглашения

new-invitation = ➕ Новый код
new-invitation-place = Новый код
ask-code-hours = Как долго он должен впускать?
ask-code-uses = Скольких людей он должен впустить?
code-hours = { $hours ->
    [0] Без срока
    [168] 7 дней
    [one] { $hours } час
    [few] { $hours } часа
   *[many] { $hours } часов
 }
code-uses = { $uses ->
    [0] Сколько угодно
    [one] { $uses } человек
    [few] { $uses } человека
   *[many] { $uses } человек
 }
code-chosen = { $hours } · { $uses }
ask-code-hours-number = На сколько часов? Напишите целое число.
ask-code-uses-number = Сколько людей? Напишите целое число.
error-bad-value-number-of-hours = Напишите целое число часов от 1 до 87 600.
error-bad-value-number-of-uses = Напишите целое число от 1 до 1 000 000.
ask-code-note = Для чего он? Напишите заметку, её прочтут только сотрудники.
without-note = Без заметки
invitation-made-now = ✅ Код создан. Картинку ниже можно передать дальше.
invite-many = Впустит { $count ->
    [one] { $count } человека
    [few] { $count } человека
   *[many] { $count } человек
 }.
invite-anybody = Впустит всех, кто придёт.
invite-until = Действует до { $until }.
