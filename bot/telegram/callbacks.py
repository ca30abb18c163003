"""What the buttons of customers carry: numbers and short words only, far below Telegram's 64 bytes."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.telegram.turned import Turned

Id = Annotated[int, Field(ge=1, lt=2**63)]
Page = Annotated[int, Field(ge=0, le=9999)]
Beside = Annotated[int, Field(gt=-(2**63), lt=2**63)]
Quantity = Annotated[int, Field(ge=1, le=999_999_999)]
"""Whatever does not fit matches no handler and ends as an old button."""

NOTICE = "!"
"""What the data of a notice's buttons begins with: the notice stays as it is, and the screen opens below it."""


class Home(CallbackData, prefix="home"):
    """To the first screen."""


class Joined(CallbackData, prefix="joined"):
    """Says that the channels have been joined."""


class GoOn(CallbackData, prefix="goon"):
    """Go on after the shop was closed."""


class Shop(CallbackData, prefix="shop"):
    """To the categories."""

    page: Page = 0


class Aisle(CallbackData, prefix="aisle"):
    """Into a category."""

    id: Id
    page: Page = 0


class Along(Aisle, prefix="along"):
    """To a page of a category: behind the goods `at`, or before them where that is below 0."""

    at: Beside


class Search(CallbackData, prefix="find"):
    """What are you looking for?"""


class Found(CallbackData, prefix="found"):
    """Back to what the last search has found."""

    page: Page = 0


class Goods(CallbackData, prefix="goods"):
    """To the card of some goods."""

    id: Id


class Photo(CallbackData, prefix="photo"):
    """To another picture on the card of some goods, counted from 0."""

    id: Id
    number: Page


class Await(CallbackData, prefix="await"):
    """Tell me when these goods are back."""

    id: Id


class Unawait(CallbackData, prefix="noawait"):
    """Do not tell me after all."""

    id: Id


class Add(CallbackData, prefix="add"):
    """So many of some goods into the cart."""

    id: Id
    quantity: Quantity


class AskQuantity(CallbackData, prefix="ask"):
    """Another quantity, to be typed."""

    id: Id


class ShowCart(CallbackData, prefix="cart"):
    """To the cart."""

    page: Page = 0


class More(CallbackData, prefix="more"):
    """One more of a cart line."""

    id: Id
    page: Page


class Fewer(CallbackData, prefix="fewer"):
    """One fewer of a cart line."""

    id: Id
    page: Page


class Drop(CallbackData, prefix="drop"):
    """A cart line out."""

    id: Id
    page: Page


class ClearCart(CallbackData, prefix="clear"):
    """Everything out of the cart."""


class Checkout(CallbackData, prefix="out"):
    """Begin the checkout."""


class UseSaved(CallbackData, prefix="saved"):
    """Deliver as the last time."""


class Details(CallbackData, prefix="where"):
    """Back to where the last order went."""


class KeepDetails(CallbackData, prefix="keep"):
    """Deliver as it was written in this checkout."""


class UpdateInfo(CallbackData, prefix="update"):
    """Deliver elsewhere this time; Back leads to the review if it was `reviewed` already."""

    reviewed: bool = False


class AskPhone(CallbackData, prefix="phone"):
    """Back to the phone number."""


class AskNote(CallbackData, prefix="note"):
    """Back to the delivery note."""


class SkipNote(CallbackData, prefix="nonote"):
    """No delivery note."""


class ApplyBonus(CallbackData, prefix="bonus"):
    """Spend the bonus on this order."""


class KeepBonus(CallbackData, prefix="nobonus"):
    """Keep the bonus for later."""


class AskPayment(CallbackData, prefix="how"):
    """Back to how to pay."""


class Pay(CallbackData, prefix="pay"):
    """Pay this way: "cash" or "bitcoin"."""

    method: str


class ReviewAgain(CallbackData, prefix="again"):
    """Show the review as it is now."""


class Confirm(CallbackData, prefix="buy"):
    """Make the order that the review shows; the token stands for the review."""

    token: str


class Orders(CallbackData, prefix="orders"):
    """To one's own orders."""

    page: Page = 0


class ShowOrder(Turned, prefix="order"):
    """To one of one's own orders; Back leads to the page of the list where it stands, as `Past` does."""

    id: Id
    page: Page = 0
    beside: Beside = 0


class AskCancel(CallbackData, prefix="cancel?"):
    """Really cancel?"""

    id: Id


class CancelOrder(CallbackData, prefix="cancel!"):
    """Cancel one of one's own orders."""

    id: Id


class ExtendOrder(CallbackData, prefix="longer"):
    """Hold the goods of one of one's own orders longer."""

    id: Id


class ChangeAddress(CallbackData, prefix="where?"):
    """Deliver one of one's own orders elsewhere."""

    id: Id


class ChangeNote(CallbackData, prefix="note?"):
    """Another note for one of one's own orders."""

    id: Id


class RemoveNote(CallbackData, prefix="note!"):
    """No note any more for one of one's own orders."""

    id: Id


class Reorder(CallbackData, prefix="again!"):
    """What one of one's own orders held into the cart again."""

    id: Id


class Codes(CallbackData, prefix="codes"):
    """To one's own reference codes and referrals."""


class NewCode(CallbackData, prefix="newcode"):
    """Create a code for a friend."""


class ShareCode(CallbackData, prefix="qr"):
    """A picture of one's own code, to be shared."""

    id: Id


class Profile(CallbackData, prefix="me"):
    """To one's own profile."""


class News(CallbackData, prefix="news"):
    """Get broadcasts from now on ("on"), or none ("off")."""

    wanted: str


class Rules(CallbackData, prefix="rules"):
    """To the rules."""


class Privacy(CallbackData, prefix="privacy"):
    """To what the shop keeps about people."""


class AskLanguage(CallbackData, prefix="lang?"):
    """Which language? Back leads to the profile if it was asked `from_profile`."""

    from_profile: bool = False


class ChooseLanguage(CallbackData, prefix="lang"):
    """This language."""

    language: str


class Support(CallbackData, prefix="help"):
    """To the conversation with the people who run the shop."""


class AskAboutOrder(CallbackData, prefix="help?"):
    """Ask them about one of one's own orders."""

    id: Id
