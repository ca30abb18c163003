## Поддержка: переписка, как её видит покупатель

support-title = <b>Поддержка</b>
support-title-order = <b>Поддержка</b> · заказ { $code }
write-to-shop = Напишите нам здесь или пришлите фото. Ответ придёт в этот чат.
write-more = Можно писать дальше.
message-sent = ✅ Ваше сообщение отправлено. Ответ придёт сюда.
automatic-answer = 💬 { $text }
file-expected = Напишите это или пришлите фото, видео, голосовое сообщение или файл.
line-you = Вы
line-shop = Магазин
line-top = <b>{ $who }</b> · { $time }
line-top-order = <b>{ $who }</b> · { $time } · заказ { $code }
file-photo = 📷 Фото
file-video = 🎬 Видео
file-animation = 🎞 Анимация
file-voice = 🎤 Голосовое сообщение
file-audio = 🎵 Аудио
file-document = 📎 Файл
ask-about-order = 💬 Спросить об этом заказе
write-back = 💬 Ответить
error-too-many-questions = Ваши прежние сообщения ещё ждут ответа. Он придёт сюда.

## Что узнают покупатели

notice-help-answer = 💬 <b>Ответ магазина</b>
notice-letter = ✉️ <b>Сообщение от магазина</b>
letter-text = { $text }
quoted = <i>{ $text }</i>

## Что узнают сотрудники

notice-help-question = 💬 <b>{ $name }</b> (<code>{ $id }</code>) пишет:
question-about-order = 💬 <b>{ $name }</b> (<code>{ $id }</code>) пишет о заказе <b>{ $code }</b>:
settled-answered = ✅ Ответ дан: { $name }
settled-closed = ☑️ Закрыто без ответа: { $name }

## Экраны сотрудников

questions = Вопросы
questions-panel = 💬 Вопросы: { $count }
questions-helper = 💬 Вопросы
questions-all = Все переписки
questions-waiting = Только ждущие ответа
questions-none = Пока никто не писал.
questions-none-waiting = Ответа никто не ждёт.
question-row = { $name }: { $text }
question-row-waiting = ❗ { $name }: { $text }
listen-on = 🔔 Сообщать о новых вопросах
listen-off = 🔕 Не сообщать о новых вопросах
thread-empty = Пока ничего не написано.
thread-waits = ❗ Ждёт ответа с { $time }
thread-was-closed = Закрыто без ответа: { $name }, { $time }
thread-away = 🚫 Заблокировал бота: сейчас ничего не дойдёт.
thread-banned = 🚫 Доступ закрыт: прочитать сможет, ответить нет.
thread-closed = ☑️ Закрыто без ответа.
answer = Ответить
write-answer = Напишите ответ или пришлите фото или файл.
answer-sent = ✅ Ответ отправлен.
answered-meanwhile = ⚠️ Тем временем написал кто-то другой, ваш текст не отправлен. Если есть что добавить, напишите ещё раз.
close-thread = ☑️ Закрыть без ответа
open-thread = Открыть переписку
open-thread-short = 💬 Переписка
open-customer = 👤 Покупатель
open-order-named = 📦 { $code }
show-file = { $file }, { $time }
file-of = <b>{ $name }</b>
older = ‹ Раньше
newer = Позже ›
error-answered-meanwhile = Тем временем ответил кто-то другой. Прочитайте, пожалуйста, сначала его ответ.
error-written-meanwhile = ⚠️ Покупатель тем временем написал ещё, поэтому вопрос открыт. Прочитайте, пожалуйста, сначала это.
error-bad-value-help-request = На это уже ответили, или вопрос закрыт.
