"""What the processes of a benchmark must agree on."""

OWNER_ID = 1
FIRST_BROWSER_ID = 1001
FIRST_BUYER_ID = 5001

CATEGORIES = tuple(f"Category {letter}" for letter in "ABCDEF")
HOME = "home"
"""The callback data that leads to the first screen."""

TOKENS = {"shop": "42:SHOP", "bare": "43:BARE"}
"""The bots that people can talk to."""
VAULT_KEY = b"0123456789abcdef0123456789abcdef"


def goods_of(category: str) -> list[str]:
    """Return the names of the goods in a category: three screens of them."""
    return [f"Goods {category[-1]}{number:02}" for number in range(20)]
