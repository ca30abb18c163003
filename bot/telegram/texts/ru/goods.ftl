## Карточка товара

goods-link = 🔗 Ссылка
goods-link-text = <b>{ $name }</b>
    Кто откроет эту ссылку, увидит этот товар:
    <code>{ $link }</code>
linked-goods-gone = Этот товар больше не продаётся. Вот что ещё есть:
