from tests.shop import Shop


def test_a_checkout_reserves_the_goods(shop: Shop):
    shop.has_goods("Green tea", stock=5)
    buyer = shop.has_customer()

    code = shop.has_order(buyer, {"Green tea": 2})

    assert shop.order(code).total_price == 60
    assert shop.goods("Green tea").reserved_quantity == 2
