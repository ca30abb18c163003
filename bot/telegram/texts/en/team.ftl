## Who runs the shop

team = 🔑 Staff
team-place = Staff
member-owner = 👑 <b>{ $name }</b> (<code>{ $id }</code>): owns the shop
member-admin = 🔑 <b>{ $name }</b> (<code>{ $id }</code>)
member-since = Admin since { $time }, named by { $by }
member-not-entered = Has not pressed /start yet
member-away = 💤 Has blocked the bot
member-row = 🔑 { $name }
member-profile = 👤 As a customer
new-admin = ➕ Appoint an admin
appoint-person = 🔑 Appoint as admin
choose-person = 👤 Choose a person
ask-new-admin = <b>Who shall help to run the shop?</b>
    Choose the person with the button below, or write the ID or @username, share the contact, or forward a message of theirs. They must have entered the shop.
ask-appoint = 🔑 <b>Appoint as admin?</b> Admins see orders and customers with their addresses, and run everything but the staff. It counts at once, and the person is told.
appoint-yes = 🔑 Yes, appoint
admin-appointed = ✅ { $name } runs the shop with you from now on.
dismiss-admin = Dismiss
ask-dismiss = <b>Really dismiss?</b> The panel closes at once, and the person is told. Buying goes on as for everybody.
dismiss-yes = Yes, dismiss
admin-dismissed = ✅ { $name } no longer runs the shop.
error-bad-value-person = Telegram does not say who this is. Please write the ID or @username.
error-bad-value-username = Several people had this @username. Please write the ID.
error-wrong-state-nobody-called-so = Nobody who has entered the shop is called so. They press /start first.
error-wrong-state-is-owner = This is the owner, who may do everything already.
error-wrong-state-is-admin = This person is an admin already.
error-wrong-state-is-banned = This person is banned; lift the ban first.
error-wrong-state-owner-stays = This is the owner, whom OWNER_ID names.
error-wrong-state-is-no-admin = This person is no admin any more.
