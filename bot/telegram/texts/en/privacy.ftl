## What the shop keeps about people, hands out and deletes

command-mydata = All that we know of you, as a file
command-deleteme = Delete you and your data
privacy-text = <b>Privacy</b>
    We keep your Telegram name and ID, your orders, what you write to us, and the address, phone number and note that you give us for delivery.
    What you write and the delivery details are encrypted; only the people who run this shop see them, to answer you and to bring you what you ordered. Nothing is given to anyone else.

    <b>How long</b>
    { $orders ->
        [0] Where an order went stays with the order.
        [one] Where an order went is erased { $orders } day after it has ended.
       *[other] Where an order went is erased { $orders } days after it has ended.
    } { $letters ->
        [0] What you write to us is kept until you are deleted.
        [one] What you write to us is erased after { $letters } day.
       *[other] What you write to us is erased after { $letters } days.
    } Log files of the shop name you by your ID only, and are replaced by newer ones.

    <b>Your rights</b>
    /mydata sends you all that we know of you. /deleteme deletes you: what you ordered and paid stays in our books without your name, ID, address and phone number, as the law asks of us.
    Who was banned stays banned: for that we keep a code made of the ID, which leads to nobody without our key.
    What was already sent in Telegram chats stays in those chats.
my-data = 📄 My data
delete-me = 🗑 Delete me
mydata-caption = All that we know of you, for people and for machines.
mydata-wait = ⏳ You have just got your data. In { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 } you can have it again.
deleteme-ask = <b>Delete you and your data?</b>

    <b>This goes:</b> your name and ID, language, saved address and phone number, cart, what you wrote to us and our answers, the addresses of your orders, your codes for friends { $bonus ->
        [0] and what you wait for.
       *[other] what you wait for, and your bonus of { $balance }.
    }
    <b>This stays:</b> what you ordered and paid, without anything that leads to you.

    It cannot be undone. If you come back, you are new here.
deleteme-sure = 🗑 Yes, delete everything
deleteme-done = ✅ <b>You are deleted.</b>
    We no longer know who you are. What stands above in this chat you can delete yourself, in Telegram. Goodbye!
details-erased = Where it went and whom to call has been erased.

error-still-ordering = You still have open orders: { $codes }. Cancel them in My Orders, or wait until they are delivered. Then you can be deleted.
error-staff-stays = { $role ->
    [owner] You own this shop, so you cannot be deleted. Name another owner in OWNER_ID first.
    [helper] You answer customers of this shop. Ask the owner to name somebody else in HELPER_ID first.
   *[admin] You run this shop with others. Ask the owner to take your role away first.
 }
error-erased = This customer has been deleted.
