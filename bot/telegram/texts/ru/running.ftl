## Файлы журнала и тревоги

log-files = 📄 Журналы
place-logs = Журналы
logs-hint = Нажмите на файл, и он придёт документом.
logs-none = Файлов журнала нет.
logs-gone = Этого файла больше нет, есть эти.
logs-row = { $name } · { $size } · { $time }
logs-kb = { $size } КБ
logs-mb = { $size } МБ
logs-whole = { $name }
logs-tail = { $name } слишком велик для Telegram: здесь последние 50 МБ, сжатые.

notice-job-failed = ⚠️ Сбой: <b>{ $job }</b>.
    Попытки повторяются сами, и я сообщу, когда всё снова заработает. Если это длится больше четверти часа, найдите <code>{ $error }</code> в bot.log.
notice-job-recovered = ✅ Снова работает: <b>{ $job }</b>.
job-beat = признак жизни бота
job-send-outbox = отправка сообщений
job-run-broadcasts = отправка рассылок
job-show-broadcasts = показ хода рассылок
job-expire-reservations = завершение броней, время которых вышло
job-remind-customers = напоминания покупателям
job-warn-low-addresses = подсчёт свободных биткоин-адресов
job-follow-time-zone = часовой пояс магазина
job-follow-the-clock = своевременность сообщений при переводе часов
job-watch-btc-addresses = чтение файла биткоин-адресов
job-keep-count = учёт просмотров магазина
job-discard-photos = удаление ненужных картинок
job-erase-old-data = стирание устаревших данных
job-forget-erased = удаление диалогов тех, кого больше нет
