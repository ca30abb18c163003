## Why Telegram, or the machine, does not do something: parts of a sentence

reason-quoted = “{ $text }”
reason-none = no reason is given
reason-blocked = the bot was blocked
reason-deactivated = the account was deleted
reason-kicked = the bot was removed from there
reason-no-member = the bot is not a member there
reason-group-gone = the group was deleted
reason-chat-gone = there is no such chat, or the bot was never in it
reason-members-unseen = the list of members is not shown to the bot
reason-no-rights = the bot lacks the rights there
reason-topic-closed = the topic is closed
reason-no-copy = such a message cannot be copied
reason-message-gone = the message was deleted
reason-picture-gone = the picture is missing in the shop's folder
reason-no-picture = the picture cannot be shown
reason-too-long = the text is too long
reason-too-large = the file is too large
reason-empty = there is no text
reason-file-closed = the shop may not open it, check its permissions
reason-file-strange = it is a folder or something else, not a file
reason-file-encoded = it is not UTF-8 text, save it as UTF-8
reason-file-large = it is too large
