"""Phone numbers, checked by Google's library and stored as E.164."""

import phonenumbers

from bot.errors import BadValue


def parse(text: str, region: str) -> str:
    """Return a number as E.164 ("+4915112345678"). `region` is the country of numbers written without +, or "".

    Raises:
        BadValue: no such number can exist.
    """
    expected = "write it with the country code, such as +1 202 555 0123"
    try:
        number = phonenumbers.parse(text[:40].strip(), region or None)
    except phonenumbers.NumberParseException:
        raise BadValue("phone number", text[:40], expected) from None
    if not phonenumbers.is_valid_number(number):
        raise BadValue("phone number", text[:40], expected)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
