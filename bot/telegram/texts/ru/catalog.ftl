## Что узнают сотрудники о товарах

notice-goods-low = 📉 Осталось мало: <b>{ $name }</b>, { $available } шт.
edit-named = ✏️ { $name }

## Чего нельзя сделать с товарами и категориями

error-already-exists = <b>{ $name }</b> уже есть. Выберите, пожалуйста, другое название.
error-too-many-photos = У этого товара уже { $limit } фото, больше нельзя. Сначала удалите одно.
error-stock-below-reserved = <b>{ $name }</b>: { $reserved } шт. обещаны открытым заказам, поэтому на складе не может остаться { $stock }.
error-category-not-empty = Категория <b>{ $name }</b> не пуста: товаров в ней { $goods }, категорий { $categories }. Сначала перенесите их или отправьте категорию в архив.
error-bad-value-photo = Эту картинку показать нельзя. Пришлите фото или файл JPEG, PNG или WebP до 10 МБ.

## На карточке

edit-goods = ✏️ Изменить

## Поиск товаров

staff-goods = 🏷 Товары
goods-place = Товары
find-goods = 🔎 Найти
find-goods-again = 🔎 Искать ещё
new-goods = ➕ Новый товар
ask-goods-text = <b>Найти товар</b>
    Напишите часть названия или описания. Архивные товары тоже найдутся.
goods-found = 🔎 Товары: <b>{ $text }</b>
no-goods-found = По запросу <b>{ $text }</b> товаров не нашлось.
shelf-row = { $name } · { $price } · { $available } шт.
shelf-archived = 🗄 { $name } · в архиве
inner-row = { $name } ›
inner-archived = 🗄 { $name } ›
place-empty = Здесь пока ничего нет.
place-closed = 🗄 Покупатели этого не видят: категория <b>{ $category }</b> в архиве.

## Один товар

goods-stock = На складе: { $stock }, в заказах { $reserved }, доступно <b>{ $available }</b>
goods-sold = Доставлено всего: { $count }
goods-never-low = Мало на складе: не сообщать
goods-low-at = Мало на складе: сообщим при остатке { $count }
goods-low-by-setting = Мало на складе: сообщим при остатке { $count } (по настройке)
goods-archived = 🗄 В архиве: покупатели не видят этот товар.
goods-closed = 🗄 Покупатели не видят этот товар: категория <b>{ $category }</b> в архиве.
goods-undescribed = Описания нет
goods-changed = ✅ Изменено.
goods-refused = ⚠️ { $why }
goods-added = ✅ Теперь в продаже.
goods-archived-now = 🗄 В архиве. В открытых заказах товар остаётся.
goods-restored-now = ✅ Снова в продаже.
field-name = ✏️ Название
field-price = 💲 Цена
field-description = 📝 Описание
field-category = 🗂 Категория
field-low = 📉 Мало
stock-add = ➕ Склад
stock-remove = ➖ Склад
stock-set = 🟰 Склад
goods-photos = 🖼 Фото ({ $count })
goods-preview = 👁 Карточка
goods-archive = 🗄 В архив
goods-restore = ♻️ Снова продавать

## Изменение поля

ask-goods-name = <b>{ $name }</b>
    Напишите новое название.
ask-goods-price = <b>{ $name }</b>
    Напишите новую цену, например 12.50. В заказах остаётся прежняя цена.
ask-goods-description = <b>{ $name }</b>
    Напишите новое описание.
ask-goods-low = <b>{ $name }</b>
    При каком остатке сообщить, что товара мало? Напишите число или выберите.
choose-none = Без описания
choose-off = Никогда
choose-default = Как в магазине
low-so-far = <b>{ $limit ->
    [off] никогда
    [default] как в настройке магазина
   *[other] { $limit }
 }</b>
ask-stock-add = <b>{ $name }</b>: на складе { $stock }, из них в заказах { $reserved }.
    Сколько пришло?
ask-stock-remove = <b>{ $name }</b>: на складе { $stock }, из них в заказах { $reserved }.
    Сколько убыло?
ask-stock-set = <b>{ $name }</b>: на складе { $stock }, из них в заказах { $reserved }.
    Сколько есть на самом деле?
ask-why-add = ➕ { $quantity }: почему? Напишите причину для тех, кто спросит позже, например «поставка в пятницу».
ask-why-remove = ➖ { $quantity }: почему? Напишите причину для тех, кто спросит позже, например «разбилось».
ask-why-set = 🟰 { $quantity }: почему? Напишите причину для тех, кто спросит позже, например «пересчитали».
stock-changed = ✅ Остаток изменён.

## Фото

photos-place = Фото
photos-none = Фото пока нет.
photo-number = Фото { $number } из { $count }
photo-missing = ⚠️ Файла этого фото нет. Удалите фото и пришлите его ещё раз.
photo-make-first = ⬆️ Сделать первым
photo-remove = 🗑 Удалить
photo-removed = ✅ Удалено.
photo-first = ✅ Теперь оно первое.
add-photos = ➕ Добавить фото
photos-done = ✅ Готово
ask-photos = <b>{ $name }</b>
    Пришлите фото, по одному или альбомом, или файлы JPEG, PNG, WebP. Фото может быть до { $most }.
photos-so-far = Фото сейчас: { $count }

## Новый товар

new-place = Новый
ask-new-name = Как называется товар?
ask-new-category = <b>{ $name }</b>: в какую категорию?
ask-new-category-none = Категорий пока нет. Сначала добавьте категорию.
ask-new-price = <b>{ $name }</b>: сколько стоит в { $currency }? Напишите сумму, например 12.50.
ask-new-stock = <b>{ $name }</b>: сколько есть на складе?
ask-new-description = <b>{ $name }</b>: что прочитают покупатели? Напишите описание или пропустите.
new-preview = 👁 <b>Это увидят покупатели.</b>
new-press = Выставьте товар на продажу, вернитесь назад или отмените.
new-sell = ✅ В продажу
new-cancel = ✖️ Отменить
new-goods-over = Этот товар больше не добавляется.

## Категории

staff-categories = 🗂 Категории
categories-place = Категории
add-category = ➕ Новая категория здесь
category-rename-it = ✏️ Переименовать
category-move-it = 📂 Перенести
category-archive-it = 🗄 В архив
category-restore-it = ♻️ Показать снова
category-remove-it = 🗑 Удалить
category-goods = 🏷 Товары в ней
category-leaf = Других категорий в ней нет.
categories-none = Категорий пока нет.
category-archived = 🗄 В архиве: покупатели не видят ничего, что в ней лежит.
category-added = ✅ Добавлена.
category-renamed = ✅ Переименована.
category-moved = ✅ Перенесена.
category-archived-now = 🗄 В архиве вместе со всем, что в ней. В открытых заказах товары остаются.
category-restored-now = ✅ Покупатели снова её видят.
category-removed = ✅ Удалена.
ask-category = Как называется новая категория?
ask-category-in = Как называется новая категория внутри <b>{ $name }</b>?
ask-category-name = Как теперь назвать <b>{ $name }</b>?
ask-remove-category = Удалить <b>{ $name }</b> навсегда? Удалить можно только пустую категорию.
remove-category-yes = Да, удалить
ask-place-goods = <b>{ $name }</b>: в какую категорию?
ask-place-move = <b>{ $name }</b>: куда перенести?
pick-here = ✅ { $name }
pick-top = ✅ На самый верх
place-up = ↰ Выше

## Чего не удалось понять

error-bad-value-goods-name = Напишите название не длиннее 100 символов.
error-bad-value-category-name = Напишите название не длиннее 100 символов.
error-bad-value-price = Напишите сумму, например 12.50.
error-bad-value-stock = Напишите целое число, 0 или больше.
error-bad-value-quantity-to-remove = Столько на складе нет. Напишите, сколько убыло.
error-bad-value-description = Напишите не больше 3000 символов.
error-bad-value-low-stock = Напишите целое число, 0 или больше, или выберите ниже.
error-bad-value-movement-reason = Напишите причину не длиннее 200 символов.
error-bad-value-photo-download = Telegram не отдал эту картинку. Пришлите её, пожалуйста, ещё раз.
error-bad-value-place = Категория не может лежать внутри самой себя.
error-bad-value-goods = Это уже сделано.
error-bad-value-category = Это уже так.
