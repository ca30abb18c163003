## Экраны сотрудников

admin = Управление
buyer = Покупатель: { $name } (<code>{ $id }</code>)
open-order = Открыть заказ
panel-title = <b>Панель администратора</b>
queue-count = { $status }: { $count }
queue-pending = Оформляются
queue-reserved = Ждут подтверждения
queue-confirmed = Подтверждены
queue-delivered = Доставлены
queue-cancelled = Отменены
queue-expired = Истекли
queue-empty = Таких заказов нет.
job-confirm = ✅ Подтвердить
job-deliver = 📦 Доставлен
ask-delivered = Заказ <b>{ $code }</b> передан покупателю? Товары спишутся со склада, и отменить это нельзя.
delivered-yes = Да, доставлен
error-bad-value-time = Напишите время в будущем как ГГГГ-ММ-ДД ЧЧ:ММ, например 2026-12-20 14:30.
