## Что узнают сотрудники о товарах

notice-goods-low = 📉 Осталось мало: <b>{ $name }</b>, { $available } шт.
edit-named = ✏️ { $name }

## Чего нельзя сделать с товарами и категориями

error-already-exists = <b>{ $name }</b> уже есть. Выберите, пожалуйста, другое название.
error-too-many-photos = У этого товара уже { $limit } фото, больше нельзя. Сначала удалите одно.
error-stock-below-reserved = <b>{ $name }</b>: { $reserved } шт. обещано открытым заказам, поэтому на складе не может стать { $stock }.
error-category-not-empty = Категория <b>{ $name }</b> не пуста: товаров в ней { $goods }, категорий { $categories }. Сначала перенесите их или отправьте категорию в архив.
error-bad-value-photo = Эту картинку показать нельзя. Пришлите фото или файл JPEG, PNG или WebP до 10 МБ.
