## Searching

search = 🔎 Search
search-again = 🔎 Search again
ask-search = <b>Search</b>
    What are you looking for? A word is enough, and typing errors do no harm.
found-title = 🔎 <b>{ $text }</b>
found-close = Nothing was found for <b>{ $text }</b>. Perhaps one of these?
found-nothing = Nothing was found for <b>{ $text }</b>.
error-bad-value-search-text = Please write a word or two: what are you looking for?
