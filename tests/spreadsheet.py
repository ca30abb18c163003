"""Reads spreadsheets as Excel would, with the standard library alone."""

import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
DATE_FORMAT = "yyyy-mm-dd hh:mm:ss"

Sheet = list[list[Any]]


def read(path: Path) -> dict[str, Sheet]:
    """Return the rows of every sheet by its name: text, Decimal-like text of numbers, booleans, times, None."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = [each.attrib["name"] for each in _xml(archive, "xl/workbook.xml").iter(f"{NAMESPACE}sheet")]
        formats = _formats(_xml(archive, "xl/styles.xml"))
        return {
            name: [_row(row, formats) for row in _xml(archive, f"xl/worksheets/sheet{number}.xml").iter(_tag("row"))]
            for number, name in enumerate(names, 1)
        }


def raw(path: Path, number: int = 1) -> str:
    """Return the XML of a sheet."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def _xml(archive: zipfile.ZipFile, name: str) -> Xml.Element:
    return Xml.fromstring(archive.read(name))  # noqa: S314 - our own file


def _tag(name: str) -> str:
    return f"{NAMESPACE}{name}"


def _formats(styles: Xml.Element) -> list[str]:
    """Return the number format of every style of a cell."""
    known = {each.attrib["numFmtId"]: each.attrib["formatCode"] for each in styles.iter(_tag("numFmt"))}
    cells = styles.find(_tag("cellXfs"))
    assert cells is not None
    return [known.get(each.attrib["numFmtId"], each.attrib["numFmtId"]) for each in cells]


def _row(row: Xml.Element, formats: list[str]) -> list[Any]:
    found: dict[int, Any] = {}
    for cell in row:
        found[_column(cell.attrib["r"])] = _value(cell, formats)
    return [found.get(column) for column in range(max(found) + 1)]


def _column(place: str) -> int:
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Xml.Element, formats: list[str]) -> Any:
    assert cell.find(_tag("f")) is None, "a formula"
    if cell.attrib.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(_tag("t")))
    text = cell.findtext(_tag("v")) or ""
    if cell.attrib.get("t") == "b":
        return text == "1"
    if formats[int(cell.attrib.get("s", 0))] == DATE_FORMAT:
        return EPOCH + timedelta(seconds=round(float(text) * 86400))
    return f"{float(text):.2f}" if formats[int(cell.attrib.get("s", 0))] == "#,##0.00" else int(text)
