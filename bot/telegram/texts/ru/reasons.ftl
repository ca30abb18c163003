## Почему Telegram или компьютер чего-то не делает: части предложения

reason-quoted = «{ $text }»
reason-none = причина не названа
reason-blocked = бот заблокирован
reason-deactivated = аккаунт удалён
reason-kicked = бота оттуда удалили
reason-no-member = бота там нет
reason-group-gone = группа удалена
reason-chat-gone = такого чата нет, или бота в нём никогда не было
reason-members-unseen = список участников боту не виден
reason-no-rights = боту там не хватает прав
reason-topic-closed = тема закрыта
reason-no-copy = такое сообщение нельзя скопировать
reason-message-gone = сообщение удалено
reason-picture-gone = картинки больше нет в папке магазина
reason-no-picture = эту картинку показать нельзя
reason-too-long = текст слишком длинный
reason-too-large = файл слишком большой
reason-empty = текста нет
reason-file-closed = магазину нельзя его открыть, проверьте права доступа
reason-file-strange = это папка или что-то ещё, а не файл
reason-file-encoded = это не текст в UTF-8, сохраните его как UTF-8
reason-file-large = он слишком большой
