"""Refusals about the stock."""

from dataclasses import dataclass

from bot.errors.general import LimitReached, ShopError


@dataclass(frozen=True)
class ShortItem:
    """Goods of which more was wanted than is available; `is_sold` is False where they are no longer for sale."""

    name: str
    wanted: int
    available: int
    is_sold: bool = True

    def __str__(self) -> str:
        short = f"{self.available} of {self.name!r} available, {self.wanted} wanted"
        return short if self.is_sold else f"{self.name!r} is no longer sold"


@dataclass(eq=False)
class InsufficientStock(ShopError):
    """There is not enough of some goods; every short item is named."""

    items: tuple[ShortItem, ...]

    def __str__(self) -> str:
        return f"Not enough in stock: {'; '.join(map(str, self.items))}."


@dataclass(eq=False)
class StockBelowReserved(ShopError):
    """The shelf cannot hold less than what is promised to open orders."""

    name: str
    stock: int
    reserved: int

    def __str__(self) -> str:
        why = f"{self.reserved} of {self.name!r} are reserved by open orders, so the stock cannot become {self.stock}"
        return f"{why}; cancel orders first or choose {self.reserved} or more."


class TooManyPhotos(LimitReached):
    """The goods have as many pictures as goods may have."""

    sentence = "Goods have at most {limit} photos; remove one first."


@dataclass(eq=False)
class CategoryNotEmpty(ShopError):
    """Only an empty category can be removed."""

    name: str
    goods: int
    categories: int

    def __str__(self) -> str:
        inside = f"{self.categories} {'category' if self.categories == 1 else 'categories'}"
        kinds = ((f"{self.goods} goods", self.goods), (inside, self.categories))
        held = " and ".join(text for text, count in kinds if count)
        lies, it = ("lies", "it") if (self.goods, self.categories) == (0, 1) else ("lie", "them")
        return f"{held} {lies} in the category {self.name!r}; move {it} first, or archive the category."
