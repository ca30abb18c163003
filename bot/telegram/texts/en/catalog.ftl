## What staff are told of goods

notice-goods-low = 📉 Few left of <b>{ $name }</b>: { $available }
edit-named = ✏️ { $name }

## What cannot be done with goods and categories

error-already-exists = <b>{ $name }</b> is there already. Please choose another name.
error-too-many-photos = These goods have { $limit } photos, and that is the most. Remove one first.
error-stock-below-reserved = { $reserved } of <b>{ $name }</b> are promised to open orders, so the stock cannot become { $stock }.
error-category-not-empty = <b>{ $name }</b> is not empty: { $goods } goods and { $categories ->
    [one] { $categories } category lie
   *[other] { $categories } categories lie
 } in it. Move them first, or archive the category.
error-bad-value-photo = This is no picture that can be shown. Please send a photo, or a JPEG, PNG or WebP file of at most 10 MB.
