## The card of some goods

goods-link = 🔗 Link
goods-link-text = <b>{ $name }</b>
    Whoever opens this link sees these goods:
    <code>{ $link }</code>
linked-goods-gone = These goods are no longer sold. Here is what else there is:
