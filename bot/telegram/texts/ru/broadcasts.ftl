## Рассылки глазами покупателя

news-off = 🔕 Больше не присылать
news-on = 🔔 Снова присылать новости
profile-news-off = 🔕 Без новостей
profile-news-on = 🔔 Получать новости
news-are-off = 🔕 Новостей магазина больше не будет. Сообщения о ваших заказах приходят как прежде.
news-are-on = 🔔 Вы получаете новости магазина.

## Рассылки глазами сотрудников

broadcasts = 📣 Рассылки
casts-title = Управление › <b>Рассылки</b>
casts-empty = Управление › <b>Рассылки</b>
    Пока ни одной. Рассылка — это одно сообщение многим покупателям.
cast-row = { $state } №{ $id } · { $what }
cast-new = ➕ Новая рассылка
cast-ask-content = <b>Новая рассылка</b>
    Пришлите то, что получат люди: текст, фото или любое другое сообщение, можно и пересланное. Вы увидите его так же, как они, и до подтверждения никто ничего не получит.
cast-has-draft = <b>У вас есть черновик: №{ $id }</b>
    <i>{ $what }</i>
    Черновик бывает только один, поэтому новая рассылка займёт его место.
cast-go-on = ✏️ Продолжить черновик
cast-anew = ➕ Написать новую вместо него
cast-no-album = Альбомы я не рассылаю. Пришлите одно фото или одно сообщение.
cast-refused = Telegram не даёт это отправить: { $why }. Пришлите, пожалуйста, что-нибудь другое.
cast-icon-draft = ✏️
cast-icon-scheduled = 🕒
cast-icon-running = ▶️
cast-icon-paused = ⏸
cast-icon-done = ✅
cast-icon-cancelled = ❌
cast-state-draft = черновик
cast-state-scheduled = ждёт своего времени
cast-state-running = отправляется
cast-state-paused = на паузе
cast-state-done = завершена
cast-state-cancelled = отменена
cast-title = 📣 <b>Рассылка №{ $id }</b> · { $state }
cast-what-photo = фото
cast-what-copy = копия сообщения
cast-about = <i>{ $what }</i>
    Кому: { $who }
cast-people = { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
 }
cast-goes-to = Получателей: <b>{ $people }</b>, займёт { $span }. Не считая тех, кому закрыт доступ, кто заблокировал бота или не хочет новостей.
cast-goes-to-nobody = Таких покупателей нет. Выберите других.
cast-now = Когда: сразу
cast-at = Когда: { $time }
cast-choice = { $name } · { $count }
cast-chosen = ✅ { $name } · { $count }
segment-everyone = все
segment-bought = покупали
segment-never-bought = ещё не покупали
segment-inactive = 30 дней без заказов
segment-big-spenders = тратят больше всех
segment-big-spenders-from = тратят больше всех (первая десятая часть: от { $amount })
cast-in-language = { $segment }, { $language }
cast-all-languages = любой
cast-set-time = 🕒 В другое время
cast-set-now = ⚡ Сразу
cast-ask-time = Когда отправить? Напишите <code>ГГГГ-ММ-ДД ЧЧ:ММ</code> по времени { $zone }, сейчас там { $now }.
cast-preview = 👁 Посмотреть
cast-discard = 🗑 Удалить
cast-send = 📣 Отправить: { $people }
cast-ask-send = Отправить рассылку сейчас? Получателей: <b>{ $people }</b>. Отправленное не вернуть.
cast-ask-send-at = Отправить рассылку { $time }? Получателей примерно: <b>{ $people }</b>.
cast-send-yes = ✅ Да, отправить
cast-sent = Отправлено: { $count }
cast-blocked = Заблокировали бота: { $count }
cast-failed = Не доставлено: { $count }
cast-unclear = Возможно, доставлено: { $count }
cast-skipped = Пропущено: { $count }
cast-left = Осталось: <b>{ $count }</b>, { $span }
cast-still = Осталось: <b>{ $count }</b>
cast-span = { $minutes ->
    [0] меньше минуты
    [one] примерно { $minutes } минуту
    [few] примерно { $minutes } минуты
   *[many] примерно { $minutes } минут
 }
cast-started = Начало: { $time }
cast-finished = Конец: { $time }
cast-why = ⚠️ Остановилась сама: { $why }
cast-pause = ⏸ Пауза
cast-resume = ▶️ Продолжить
cast-cancel = ❌ Отменить
cast-ask-cancel = Точно прекратить рассылку №{ $id }? { $left ->
    [one] { $left } человек её тогда не получит.
    [few] { $left } человека её тогда не получат.
   *[many] { $left } человек её тогда не получат.
 }
cast-cancel-yes = Да, прекратить
open-broadcast = Открыть рассылку
notice-broadcast-done = ✅ Рассылка №{ $broadcast_id } завершена: { $sent ->
    [one] её получил { $sent } человек.
    [few] её получили { $sent } человека.
   *[many] её получили { $sent } человек.
 }
notice-broadcast-stopped = ⚠️ Рассылка №{ $broadcast_id } стоит: Telegram её не принимает ({ $why }).
notice-broadcast-gone = ⚠️ Рассылка №{ $broadcast_id } отменена: того, что она рассылала, больше нет ({ $why }). { $sent ->
    [one] Её получил { $sent } человек.
    [few] Её получили { $sent } человека.
   *[many] Её получили { $sent } человек.
 } Не удаляйте такое сообщение, пока рассылка не завершена.
error-bad-value-broadcast = Рассылка уже не такая, какой вы её видели. Посмотрите на неё ещё раз.
error-bad-value-segment = Таких покупателей нет. Выберите, пожалуйста, других.
