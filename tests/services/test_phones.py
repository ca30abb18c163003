import pytest

from bot.errors import BadValue
from bot.services import phones


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+49 151 12345678", "", "+4915112345678"),
        ("+1 (202) 555-0123", "", "+12025550123"),
        ("0151/12345678", "DE", "+4915112345678"),
        ("8 912 345-67-89", "RU", "+79123456789"),
        ("+٤٩١٥١١٢٣٤٥٦٧٨", "", "+4915112345678"),
        ("+49 151 12345678\x00", "", "+4915112345678"),
    ],
)
def test_a_number_is_stored_as_e164(text: str, region: str, number: str):
    assert phones.parse(text, region) == number


@pytest.mark.parametrize(
    "text", ["", "call me", "0151 12345678", "+49", "+999 123456789", "112", "-5", "9" * 1_000_000, "<b>+49</b>"]
)
def test_what_can_be_no_number_is_refused(text: str):
    with pytest.raises(BadValue, match="write it with the country code") as refused:
        phones.parse(text, "")

    assert len(refused.value.value) <= 40
