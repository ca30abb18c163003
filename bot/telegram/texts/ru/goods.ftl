## Карточка товара

goods-link = 🔗 Ссылка
goods-link-text = <b>{ $name }</b>
    Кто откроет эту ссылку, увидит этот товар:
    <code>{ $link }</code>
linked-goods-gone = Этот товар больше не продаётся. Вот что ещё есть:
await-goods = 🔔 Сообщить, когда появится
unawait-goods = 🔕 Не сообщать
card-awaited = 🔔 Мы напишем вам, когда товар появится.
card-waiting = Ждут: { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
 }
notice-goods-back = 🔔 <b>{ $name }</b> снова в наличии.
notice-goods-gone-again = 🔔 <b>{ $name }</b>: товар появился, но его уже снова раскупили. На его странице есть кнопка, чтобы подождать ещё раз.
open-goods = Посмотреть

## Заказать снова

order-again = 🔁 Заказать снова
again-title = 🔁 <b>Снова в корзине</b>, по сегодняшним ценам:
again-nothing = 🔁 <b>Из того заказа сейчас ничего нет:</b>
again-line = ✅ { $quantity } × { $name }
again-short = ⚠️ { $name }: { $quantity ->
    [0] нет в наличии
   *[other] { $quantity } вместо { $wanted }
 }
