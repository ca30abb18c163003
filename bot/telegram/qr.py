"""QR pictures, made on the fly and kept nowhere."""

import io

import segno

PIXELS_PER_MODULE = 12
"""A deep link has 33 modules and a border of 4 on each side, so the picture is about 490 pixels wide."""


def png(text: str) -> bytes:
    """Return a picture that a phone's camera reads as `text`, also when a quarter of it is covered."""
    file = io.BytesIO()
    segno.make(text, error="q", micro=False).save(file, kind="png", scale=PIXELS_PER_MODULE, border=4)
    return file.getvalue()
