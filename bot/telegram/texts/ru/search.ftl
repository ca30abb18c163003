## Поиск

search = 🔎 Поиск
search-again = 🔎 Искать ещё
ask-search = <b>Поиск</b>
    Что вы ищете? Достаточно одного слова, опечатки не страшны.
found-title = 🔎 <b>{ $text }</b>
found-close = По запросу <b>{ $text }</b> ничего не нашлось. Может быть, это?
found-nothing = По запросу <b>{ $text }</b> ничего не нашлось.
error-bad-value-search-text = Напишите слово или два: что вы ищете?
