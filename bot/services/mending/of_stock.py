"""What goods have reserved, reckoned from the open orders; their log; and whose address an order has."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from bot.models import BitcoinAddress, Goods, InventoryEntry, InventoryKind
from bot.services import goods_news, locking, waiting_list
from bot.services.mending.kind import Kind, Wrong

REASON = "doctor --fix: what the log did not explain"

_GOODS = """
    SELECT goods.id, name, stock_quantity, reserved_quantity, COALESCE(promised.quantity, 0) AS promised,
        COALESCE(moved.stock, 0) AS log_stock, COALESCE(moved.reserved, 0) AS log_reserved
    FROM goods LEFT JOIN (
        SELECT goods_id, SUM(quantity) AS quantity FROM order_items JOIN orders ON orders.id = order_items.order_id
        WHERE order_status IN ('reserved', 'confirmed') GROUP BY goods_id
    ) promised ON promised.goods_id = goods.id
    LEFT JOIN (
        SELECT goods_id, SUM(stock_delta) AS stock, SUM(reserved_delta) AS reserved FROM inventory_log GROUP BY goods_id
    ) moved ON moved.goods_id = goods.id
    WHERE (reserved_quantity <> COALESCE(promised.quantity, 0) OR stock_quantity <> COALESCE(moved.stock, 0)
        OR reserved_quantity <> COALESCE(moved.reserved, 0) OR reserved_quantity > stock_quantity)
        AND goods.id = COALESCE(:key, goods.id)
    ORDER BY goods.id
"""


def _wrong_goods(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    for row in session.execute(text(_GOODS), {"key": key}).all():
        goods_id, name, stock, reserved, *sums = row
        promised, log_stock, log_reserved = map(int, sums)
        deltas = {"stock": stock - log_stock, "reserved": promised - log_reserved}
        said = []
        if reserved != promised:
            said.append(f"{reserved} are reserved, but open orders are promised {promised}: reserved becomes that.")
        if any(deltas.values()):
            gap = f"{deltas['stock']:+} in stock and {deltas['reserved']:+} reserved"
            said.append(f"The log gets a row for {gap}, which it does not explain.")
        facts = {"old": reserved, "new": promised, "log_stock": deltas["stock"], "log_reserved": deltas["reserved"]}
        left = ""
        if promised > stock:
            left = (
                f"{name}: open orders are promised {promised}, but {stock} lie on the shelf. Count them and "
                "set that by bot_cli.py inventory, or cancel an order; then run this again."
            )
        yield Wrong(goods_id, f"goods:{goods_id}", f"{name}: {' '.join(said)}", facts, left)


def _recount(session: Session, wrong: Wrong, actor: str, now: datetime) -> None:
    facts = wrong.facts
    session.execute(
        update(Goods).where(Goods.id == wrong.key).values(reserved_quantity=facts["new"]),
        execution_options={"synchronize_session": False},
    )
    if facts["log_stock"] or facts["log_reserved"]:
        row = {
            "goods_id": wrong.key,
            "kind": InventoryKind.ADJUSTED,
            "stock_delta": facts["log_stock"],
            "reserved_delta": facts["log_reserved"],
            "actor": actor,
            "created_at": now,
            "reason": REASON,
        }
        session.execute(insert(InventoryEntry).values(row))
    goods_news.tell(session, [wrong.key], actor=actor, now=now)


_WAITED_FOR = """
    WITH RECURSIVE closed AS (
        SELECT id FROM categories WHERE archived_at IS NOT NULL
        UNION SELECT categories.id FROM categories JOIN closed ON categories.parent_id = closed.id
    )
    SELECT goods.id, name, COUNT(*) FROM waiting_list JOIN goods ON goods.id = goods_id
    WHERE goods.archived_at IS NULL AND stock_quantity > reserved_quantity
        AND category_id NOT IN (SELECT id FROM closed) AND goods.id = COALESCE(:key, goods.id)
    GROUP BY goods.id, name ORDER BY goods.id
"""


def _waited_for(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    for goods_id, name, count in session.execute(text(_WAITED_FOR), {"key": key}).all():
        sentence = f"{name}: they are back, but {count} still wait to be told: they are told now."
        yield Wrong(goods_id, f"goods:{goods_id}", sentence, {"waiting": count})


def _tell(session: Session, wrong: Wrong, actor: str, now: datetime) -> None:
    waiting_list.tell(session, [wrong.key], actor=actor, now=now)


_CLAIMED = """
    SELECT bitcoin_addresses.id, order_code, used_by, buyer_id FROM bitcoin_addresses
    JOIN orders ON orders.id = bitcoin_addresses.order_id
    WHERE COALESCE(used_by, 0) <> buyer_id AND bitcoin_addresses.id = COALESCE(:key, bitcoin_addresses.id)
    ORDER BY bitcoin_addresses.id
"""


def _wrongly_claimed(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    for address_id, code, used_by, buyer_id in session.execute(text(_CLAIMED), {"key": key}).all():
        noted = f"for {used_by}" if used_by else "for nobody"
        sentence = f"The address of order {code} is noted {noted}; its buyer {buyer_id} is noted instead."
        yield Wrong(address_id, f"order:{code}", sentence, {"old": used_by, "new": buyer_id})


def _note_buyer(session: Session, wrong: Wrong, _actor: str, _now: datetime) -> None:
    session.execute(
        update(BitcoinAddress).where(BitcoinAddress.id == wrong.key).values(used_by=wrong.facts["new"]),
        execution_options={"synchronize_session": False},
    )


def _lock_goods(session: Session, key: int) -> None:
    locking.hold_goods(session, [key])


KINDS = (
    Kind("reserved goods", "I3", _wrong_goods, _lock_goods, _recount),
    Kind("people who wait", "I7", _waited_for, _lock_goods, _tell),
    Kind("buyer of an address", "I8", _wrongly_claimed, locking.claimed_address, _note_buyer),
)
