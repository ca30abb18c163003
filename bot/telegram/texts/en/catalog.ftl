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

## On the card

edit-goods = ✏️ Edit

## Finding goods

staff-goods = 🏷 Goods
goods-place = Goods
find-goods = 🔎 Find
find-goods-again = 🔎 Search again
new-goods = ➕ New goods
ask-goods-text = <b>Find goods</b>
    Write a part of the name or of the description. Archived goods are found too.
goods-found = 🔎 Goods: <b>{ $text }</b>
no-goods-found = No goods were found for <b>{ $text }</b>.
shelf-row = { $name } · { $price } · { $available } left
shelf-archived = 🗄 { $name } · archived
inner-row = { $name } ›
inner-archived = 🗄 { $name } ›
place-empty = There is nothing here yet.
place-closed = 🗄 Customers do not see this: <b>{ $category }</b> is archived.

## Some goods

goods-stock = Stock: { $stock }, reserved { $reserved }, available <b>{ $available }</b>
goods-sold = Delivered so far: { $count }
goods-never-low = Low stock: nobody is told
goods-low-at = Low stock: we are told at { $count }
goods-low-by-setting = Low stock: we are told at { $count } (the setting)
goods-archived = 🗄 Archived: customers do not see these goods.
goods-closed = 🗄 Customers do not see these goods: <b>{ $category }</b> is archived.
goods-undescribed = No description
goods-changed = ✅ Changed.
goods-refused = ⚠️ { $why }
goods-added = ✅ On sale now.
goods-archived-now = 🗄 Archived. Open orders keep these goods.
goods-restored-now = ✅ On sale again.
field-name = ✏️ Name
field-price = 💲 Price
field-description = 📝 Description
field-category = 🗂 Category
field-low = 📉 Low stock
stock-add = ➕ Stock
stock-remove = ➖ Stock
stock-set = 🟰 Stock
goods-photos = 🖼 Photos ({ $count })
goods-preview = 👁 Preview
goods-archive = 🗄 Archive
goods-restore = ♻️ Sell again

## Changing a field

ask-goods-name = <b>{ $name }</b>
    Write the new name.
ask-goods-price = <b>{ $name }</b>
    Write the new price, such as 12.50. Orders keep the price that was agreed.
ask-goods-description = <b>{ $name }</b>
    Write the new description.
ask-goods-low = <b>{ $name }</b>
    At how many shall we be told that few are left? Write a number, or choose.
choose-none = No description
choose-off = Never
choose-default = As the shop
low-so-far = <b>{ $limit ->
    [off] never
    [default] as the shop's setting
   *[other] { $limit }
 }</b>
ask-stock-add = <b>{ $name }</b>: { $stock } in stock, { $reserved } of them reserved.
    How many have come?
ask-stock-remove = <b>{ $name }</b>: { $stock } in stock, { $reserved } of them reserved.
    How many are gone?
ask-stock-set = <b>{ $name }</b>: { $stock } in stock, { $reserved } of them reserved.
    How many are there?
ask-why-add = ➕ { $quantity }: why? Write a reason for those who ask later, such as "delivery of Friday".
ask-why-remove = ➖ { $quantity }: why? Write a reason for those who ask later, such as "broken".
ask-why-set = 🟰 { $quantity }: why? Write a reason for those who ask later, such as "counted".
stock-changed = ✅ The stock is changed.

## Photos

photos-place = Photos
photos-none = There are no photos yet.
photo-number = Photo { $number } of { $count }
photo-missing = ⚠️ The file of this photo is missing. Remove it, and send it once more.
photo-make-first = ⬆️ Make it the first
photo-remove = 🗑 Remove
photo-removed = ✅ Removed.
photo-first = ✅ It is the first now.
add-photos = ➕ Add photos
photos-done = ✅ Done
ask-photos = <b>{ $name }</b>
    Send photos, one by one or as an album, or JPEG, PNG or WebP files. There may be { $most }.
photos-so-far = Photos so far: { $count }

## New goods

new-place = New
ask-new-name = What are the goods called?
ask-new-category = <b>{ $name }</b>: which category?
ask-new-category-none = There is no category yet. Add one first, under Categories.
ask-new-price = <b>{ $name }</b>: what do they cost in { $currency }? Write an amount, such as 12.50.
ask-new-stock = <b>{ $name }</b>: how many are in stock?
ask-new-description = <b>{ $name }</b>: what shall customers read? Write a description, or go on without.
new-preview = 👁 <b>This is what customers will see.</b>
new-press = Put the goods on sale, go back, or drop them.
new-sell = ✅ Put on sale
new-cancel = ✖️ Drop
new-goods-over = Nothing is being added any more.

## Categories

staff-categories = 🗂 Categories
categories-place = Categories
add-category = ➕ New category here
category-rename-it = ✏️ Rename
category-move-it = 📂 Move
category-archive-it = 🗄 Archive
category-restore-it = ♻️ Show again
category-remove-it = 🗑 Remove
category-goods = 🏷 Its goods
category-leaf = There is no category in it.
categories-none = There are no categories yet.
category-archived = 🗄 Archived: customers see nothing that lies in it.
category-added = ✅ Added.
category-renamed = ✅ Renamed.
category-moved = ✅ Moved.
category-archived-now = 🗄 Archived, with everything in it. Open orders keep their goods.
category-restored-now = ✅ Customers see it again.
category-removed = ✅ Removed.
ask-category = What is the new category called?
ask-category-in = What is the new category in <b>{ $name }</b> called?
ask-category-name = What shall <b>{ $name }</b> be called?
ask-remove-category = Remove <b>{ $name }</b> for good? Only an empty category can be removed.
remove-category-yes = Yes, remove it
ask-place-goods = <b>{ $name }</b>: into which category?
ask-place-move = <b>{ $name }</b>: where shall it lie?
pick-here = ✅ { $name }
pick-top = ✅ At the top
place-up = ↰ Up

## What cannot be understood

error-bad-value-goods-name = Please write a name of at most 100 characters.
error-bad-value-category-name = Please write a name of at most 100 characters.
error-bad-value-price = Please write an amount, such as 12.50.
error-bad-value-stock = Please write a whole number, 0 or more.
error-bad-value-quantity-to-remove = There are not so many in stock. Please write how many are gone.
error-bad-value-description = Please write at most 3000 characters.
error-bad-value-low-stock = Please write a whole number, 0 or more, or choose below.
error-bad-value-movement-reason = Please write a reason of at most 200 characters.
error-bad-value-photo-download = Telegram did not hand this picture over. Please send it once more.
error-bad-value-place = A category cannot lie inside itself.
error-bad-value-goods = This was done already.
error-bad-value-category = It is so already.
