## Меню Telegram

command-start = Войти в магазин
command-shop = Посмотреть товары
command-cart = Ваша корзина
command-orders = Ваши заказы
command-help = Спросить владельца
command-admin = Заказы в работе
command-privacy = Что мы о вас храним

## Кнопки, которые есть на многих экранах

home = 🏠 Главная
back = ⬅️ Назад
skip = Пропустить
page-back = ‹ Раньше
page-next = Дальше ›
and-more = … и ещё { $count }
shop = 🛍 Магазин
cart = 🛒 Корзина
cart-count = 🛒 Корзина ({ $count })
my-orders = 📦 Мои заказы
profile = 👤 Профиль
reference-codes = 🎟 Коды приглашений
rules = 📜 Правила
support = 💬 Поддержка
language = 🌐 Язык
privacy = 🔒 Приватность
admin-panel = 🛠 Управление

## Вход

welcome = <b>Добро пожаловать!</b>
code-prompt = Этот магазин открыт для приглашённых. Пришлите, пожалуйста, код приглашения.
start-prompt = Нажмите /start, чтобы войти.
entered = ✅ Вы вошли. Добро пожаловать!
home-hello = Здравствуйте, <b>{ $name }</b>! Что будем делать?
home-cart = 🛒 { $count ->
    [one] { $count } товар ждёт в корзине.
    [few] { $count } товара ждут в корзине.
   *[many] { $count } товаров ждут в корзине.
 }
ask-to-join = { $count ->
    [one] Подпишитесь, пожалуйста, на наш канал: магазин открыт для его подписчиков.
   *[other] Подпишитесь, пожалуйста, на наши каналы: магазин открыт для их подписчиков.
 } Потом нажмите последнюю кнопку.
i-have-joined = ✅ Подписка есть
joined = ✅ Спасибо за подписку!
not-joined = Пока не вижу вас там. Подпишитесь, пожалуйста, и попробуйте ещё раз чуть позже.
channel-named = 📣 { $name }
old-button = Эта кнопка из старого сообщения. Вот как всё выглядит сейчас.
not-understood = Не понимаю. Пожалуйста, пользуйтесь кнопками, а магазину пишите через «💬 Поддержка».
file-to-support = Это для магазина? Тогда нажмите «💬 Поддержка» и пришлите ещё раз.
changed-message = Исправленное сообщение ко мне не приходит. Напишите, пожалуйста, ещё раз.
text-expected = Здесь нужен текст. Напишите его или нажмите «Назад».
keyboard-gone = 👌

## Товары

shop-place = Магазин
shop-title = <b>Магазин</b>
    Выберите категорию или напишите, что ищете.
shop-empty = Полки сейчас пусты. Загляните позже.
aisle-empty = Здесь пока ничего нет.
offer = { $name } · { $price } · ещё { $available }
offer-sold-out = { $name } · нет в наличии
card-title = <b>{ $name }</b>
card-price = Цена: <b>{ $price }</b>
card-available = В наличии: { $available }
card-sold-out = Нет в наличии
card-in-cart = В вашей корзине: { $count }
add-to-cart = В корзину
other-quantity = Своё
ask-quantity = Сколько <b>{ $name }</b> вы хотите? В наличии: { $available }.
added-to-cart = ✅ Добавлено. В вашей корзине: { $count }

## Корзина

cart-title = <b>Ваша корзина</b> · { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
 }
cart-line = { $quantity } × { $name } · { $price } = { $amount }
cart-total = Итого: <b>{ $total }</b>
cart-empty = Ваша корзина пуста.
price-changed = ⚠️ Цена { $name } изменилась: было { $old }, стало { $new }.
proceed-to-checkout = ✅ Оформить заказ
clear-cart = 🗑 Очистить

## Оформление

saved-title = <b>Доставить по этому адресу?</b>
use-saved-info = Да, эти данные
keep-it = ✅ Оставить как есть
update-info = Изменить данные
ask-address = <b>Адрес доставки</b>
    Куда привезти заказ? Напишите полный адрес.
ask-phone = <b>Телефон</b>
    Поделитесь номером кнопкой внизу или напишите его с кодом страны, например +7 912 345-67-89.
share-contact = 📱 Поделиться номером
ask-note = <b>Примечание к доставке</b>
    Что нам нужно знать, например код двери? Можно пропустить.
ask-bonus = У вас есть бонус <b>{ $balance }</b>. Сумма заказа { $total }. Потратить бонус сейчас?
apply-bonus = Потратить { $bonus }
keep-bonus = Оставить
ask-payment = <b>Оплата</b>
    К оплате: { $due }. Как вы хотите заплатить?
pay-cash = 💵 Наличными при получении
pay-bitcoin = ₿ Биткоин
review-title = <b>Проверьте, пожалуйста, заказ</b>
review-question = Всё верно?
review-again = Проверить ещё раз
confirm-order = ✅ Подтвердить заказ
details-address = 📍 { $address }
details-phone = 📞 { $phone }
details-note = 📝 { $note }
money-total = Итого: <b>{ $total }</b>
money-bonus = Бонус: −{ $bonus }
money-due = К оплате: <b>{ $due }</b>
method-cash = Наличными при получении
method-bitcoin = Биткоин
placed-title = ✅ <b>Заказ { $code }</b> отложен для вас.
placed-cash = Вы заплатите { $due } наличными при получении. Мы подтвердим заказ до { $until }.
placed-bitcoin = Отправьте, пожалуйста, биткоины на сумму <b>{ $due }</b> на этот адрес:
    <code>{ $address }</code>
    Мы держим товары до { $until }.
view-order = Открыть заказ

## Мои заказы

orders-title = <b>Мои заказы</b>
orders-empty = У вас пока нет заказов.
order-row = { $code } · { $status } · { $total }
order-title = <b>Заказ { $code }</b>
order-status = Статус: <b>{ $status }</b>
order-created = Оформлен: { $time }
order-until = Отложен до: { $time }
order-delivery = Доставка: { $time }
order-bitcoin = Оплатите { $due } на <code>{ $address }</code>
status-pending = оформляется
status-reserved = ждёт подтверждения
status-reserved-brief = не подтверждён
status-confirmed = подтверждён
status-delivered = доставлен
status-cancelled = отменён
status-expired = истёк
extend-order = ⏳ Держать ещё { $hours ->
    [one] { $hours } час
    [few] { $hours } часа
   *[many] { $hours } часов
 }
order-extended = ✅ Мы подержим ваш заказ дольше.
order-extended-already = ✅ Мы уже держим этот заказ дольше.
change-address = 📍 Адрес
change-note = 📝 Примечание
remove-note = Без примечания
ask-new-address = <b>Заказ { $code }</b>
    Куда его привезти вместо этого? Напишите полный адрес.
ask-new-note = <b>Заказ { $code }</b>
    Что нам нужно знать, например код двери? Напишите новое примечание.
so-far = Пока указано:
order-changed = ✅ Изменено. Магазин об этом узнает.
cancel-order = Отменить заказ
ask-cancel = Точно отменить заказ <b>{ $code }</b>?
cancel-yes = Да, отменить
cancel-no = Нет, оставить
cancelled = Заказ <b>{ $code }</b> отменён.

## Коды приглашений

codes-title = <b>Коды приглашений</b>
    Пригласите друга: каждый код впускает одного человека в течение 24 часов, а вы получаете бонус с его покупок.
codes-none = У вас нет открытых кодов.
code-line = <code>{ $code }</code> до { $until }
    { $link }
code-line-for-ever = <code>{ $code }</code>
    { $link }
share-picture = 🔳 { $code }
share-code = 🎟 <b>Приглашение в наш магазин</b>
    Наведите камеру телефона на картинку или откройте { $link }
    Код: <code>{ $code }</code>
share-until = Впустит одного человека до { $until }.
share-words = Ваше приглашение в магазин
share-link = 📤 Поделиться ссылкой
new-code = Создать код
friends-title = Приглашённые друзья: { $count }
friend-line = · { $name }: { $orders ->
    [one] { $orders } заказ
    [few] { $orders } заказа
   *[many] { $orders } заказов
 }, вам { $earned }
bonus-earned = Всего заработано: { $earned }
bonus-balance = Бонусный баланс: <b>{ $balance }</b>

## Профиль, правила, конфиденциальность, язык

profile-title = <b>{ $name }</b>
profile-id = ID в Telegram: <code>{ $id }</code>
profile-orders = Доставлено заказов: { $count }
profile-spent = Потрачено: { $amount }
profile-no-details = Данных для доставки пока нет. Они сохранятся с первым заказом.
rules-title = <b>Правила</b>

    { $rules }
rules-none = Магазин пока не написал правил.
channel = 📣 Наш канал
ask-language = На каком языке будем говорить?
language-chosen = ✅ Теперь говорим по-русски.

## Что магазин говорит, когда чего-то не может

short-item = { $available ->
    [0] { $name }: нет в наличии
   *[other] { $name }: осталось только { $available }
 }
gone-item = ⚠️ { $name }: больше не продаётся
error-no-longer-sold = <b>Так заказать нельзя:</b>
    { $items }

    Уберите, пожалуйста, то, что больше не продаётся.
error-insufficient-stock = <b>Столько уже нет:</b>
    { $items }
error-done-already = ✅ Это уже сделано.
error-empty-cart = Ваша корзина пуста.
error-cart-full = Корзина полна: в ней помещается не больше { $limit } разных товаров.
error-amount-too-small = Заказ возможен от { $minimum }. Сейчас у вас { $total }.
error-amount-too-large = Заказ возможен до { $maximum }. Сейчас у вас { $total }.
error-too-many-pieces = В ваших открытых заказах может быть не больше { $limit } шт. «{ $name }». Уберите лишнее из корзины или дождитесь доставки.
error-too-many-changes = Этот заказ менялся уже { $limit ->
    [one] { $limit } раз
    [few] { $limit } раза
   *[many] { $limit } раз
 }. Если что-то всё ещё не так, напишите нам через поддержку.
error-too-many-open-orders = У вас уже { $limit ->
    [one] { $limit } открытый заказ
    [few] { $limit } открытых заказа
   *[many] { $limit } открытых заказов
 }. Подождите, пока доставят хотя бы один.
error-checkout-outdated = С тех пор как вы видели заказ, что-то изменилось. Проверьте его, пожалуйста, ещё раз.
error-details-missing = Не хватает адреса или телефона.
error-no-bitcoin-address = Заплатить в биткоинах сейчас нельзя. Можно заплатить наличными при получении.
error-wrong-status = Заказ { $order_code } тем временем изменился, поэтому это уже невозможно.
error-bad-value-reservation-end = Время заказа { $value } уже истекло. Вы можете заказать снова.
error-bad-value-reservation = Сейчас магазин не продлевает заказы.
error-forgotten = Это было слишком давно, и я уже не помню, о чём шла речь. Начните, пожалуйста, сначала.
error-not-found = Этого здесь больше нет.
error-bad-value = Так не получится. Попробуйте, пожалуйста, ещё раз.
error-bad-value-address = Напишите, пожалуйста, полный адрес: от 5 до 500 символов.
error-bad-value-phone-number = По такому номеру нельзя позвонить. Напишите его с кодом страны, например +7 912 345-67-89.
error-bad-value-contact = Поделитесь, пожалуйста, своим контактом или напишите номер.
error-bad-value-note = Напишите, пожалуйста, не больше 500 символов.
error-bad-value-message = Напишите, пожалуйста, не больше 2000 символов.
error-bad-value-quantity = Напишите, пожалуйста, целое число больше 0.
error-code-unknown = Такого кода нет. Проверьте его и пришлите ещё раз.
error-code-expired = Срок этого кода истёк. Попросите новый.
error-code-used-up = Этот код уже использован. Попросите новый.
error-own-code = Это ваш собственный код. Он для друга.
error-too-fast = ⏳ Слишком много сразу. Продолжите через минуту.
error-too-many-attempts = Слишком много попыток. Попробуйте через { $seconds ->
    [one] { $seconds } секунду
    [few] { $seconds } секунды
   *[many] { $seconds } секунд
 }.
error-too-many-codes = У вас уже { $limit ->
    [one] { $limit } открытый код
    [few] { $limit } открытых кода
   *[many] { $limit } открытых кодов
 }. Сначала используйте их или подождите, пока они истекут.
error-banned = Вы не можете пользоваться этим магазином.
error-forbidden = Это для тех, кто ведёт магазин.
outage = Минутку, в магазине короткий перерыв. То, что вы отправили, сохранено и будет выполнено, как только он закончится; повторять не нужно.
error-busy = Магазин сейчас очень занят, ничего не изменилось. Попробуйте через минуту.
error-busy-unclear = Связь прервалась в последний момент: возможно, это уже сделано. Проверьте, прежде чем повторять.
error-other = Сейчас это невозможно.
apology = 😔 Извините, у нас что-то пошло не так. Попробуйте, пожалуйста, ещё раз.
apology-id = Если это повторится, назовите нам этот номер: <code>{ $id }</code>
