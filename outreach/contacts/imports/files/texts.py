"""Tables written as text: `;` `,` tab `|`, in the encodings that French programs write, with any line ends."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from outreach.contacts.imports.files.returned import is_header
from outreach.contacts.imports.files.sheets import Remark
from outreach.errors import Refusal

DELIMITERS = ";,\t|"
LONGEST_CELL = 100_000
MOST_LINES_IN_A_RECORD = 200

_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
_DEFINED = [code for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}]
_UNDRAWN = re.compile("[" + "".join(map(chr, _DEFINED)) + "]")
_DRAWN = {code: bytes([code]).decode("cp1252") for code in _DEFINED}
_CONTROLS = "".join(map(chr, [*range(9), *range(14, 32), 127]))
_COMBINING = "\u0300\u0301\u0302\u0308\u0327"
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*\"|\[\s*[\{\[])")
_TWO_BYTES = re.compile(rb"[\xc3\xc2\xc5\xe2][\x80-\xbf]")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')


def is_json(content: bytes) -> bool:
    """True for what programs write for programs: an object, or a list of them."""
    return bool(_JSON.match(content[:200]))


def decode(content: bytes) -> tuple[str, str, list[Refusal]]:
    """The text of a file, its encoding, and what must be said of it. Raises Refusal for what is no text of a table.

    Strict UTF-8 comes first, for Windows-1252 accepts almost anything; a file that is UTF-8 but for some lines (two
    files put together) is read line by line.
    """
    if content.startswith(_OTHER_FILES):
        raise Refusal("This is not a table: give a CSV, XLSX, XLS or ODS file.")
    if content.lstrip()[:15].lower().startswith(_MARKUP):
        raise Refusal(
            "This is a web page and not a table: open it in a spreadsheet program and save it as XLSX or CSV."
        )
    text, encoding, remarks = _decoded(content)
    if "\0" in text:
        raise Refusal("This is not a table: the file contains NUL characters.")
    return text, encoding, remarks


def _decoded(content: bytes) -> tuple[str, str, list[Refusal]]:
    wide = _wide(content)
    for encoding in [wide] if wide else ["utf-8-sig", "cp1252", "iso-8859-1"]:
        if encoding == "cp1252" and (mixed := _by_line(content)):
            return mixed
        try:
            return content.decode(encoding), encoding.removesuffix("-sig"), []
        except UnicodeDecodeError:
            continue
    raise Refusal("This is not a table: its characters cannot be read.")


def _wide(content: bytes) -> str:
    """The encoding of a text with two bytes a character: told by its mark, or by zeros in every other place."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:2000]
    if len(head) < 8 or len(content) % 2 or b"\0" not in head:
        return ""
    for encoding, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if 10 * zeros.count(0) > 7 * len(zeros) and not others.count(0):
            return encoding
    return ""


def _by_line(content: bytes) -> tuple[str, str, list[Refusal]] | None:
    """The text of a file whose lines are UTF-8 but for some; None when it is not UTF-8 at all."""
    if not _TWO_BYTES.search(content):
        return None
    lines, odd, accented = [], 0, 0
    for line in content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        try:
            lines.append(line.decode())
            accented += not line.isascii()
        except UnicodeDecodeError:
            lines.append(line.decode("iso-8859-1"))
            odd += 1
    if odd > accented:
        return None
    remark = Remark("The file is in UTF-8, but some lines are read as Windows-1252: %(lines)d.", lines=odd)
    return "".join(lines), "utf-8", [remark]


def tidy(text: str) -> tuple[str, list[Refusal]]:
    """The text without control characters, its typographic marks readable, and what must be said of that.

    Windows-1252 marks that a program took for Latin-1 (an apostrophe as U+0092) are drawn as Windows draws them;
    accents that stand behind their letter, as Macintoshes write them, are joined to it.
    """
    remarks: list[Refusal] = []
    if any(map(text.__contains__, _CONTROLS)):
        before = len(text)
        text = text.translate(dict.fromkeys(map(ord, _CONTROLS)))
        count = before - len(text)
        remarks.append(Remark("Characters that cannot be seen were left out: %(count)d.", count=count))
    if any(map(text.__contains__, _COMBINING)):
        text = unicodedata.normalize("NFC", text)
    if any(map(text.__contains__, map(chr, _DEFINED))) and (count := len(_UNDRAWN.findall(text))):
        text = text.translate(_DRAWN)
        remarks.append(
            Remark("Marks that only Windows draws (’ … œ) were put into readable characters: %(count)d.", count=count)
        )
    return text, remarks


def plain(cell: str) -> str:
    """A cell of a workbook or a document, tidy: nothing in it separates cells or rows."""
    return cell if cell.isprintable() else tidy(cell)[0]


def delimiter_of(text: str) -> tuple[str, str]:
    """The separator that cuts most records into the same number of cells, and the text below a line such as "sep=;".

    Of a file of refused rows it is the one that leaves the name of the reasons' column whole.
    """
    said = re.match(r"sep=(.)\r?\n", text)
    if said and said[1] in DELIMITERS:
        return said[1], text[said.end() :]
    sample = text[:50_000]
    best, best_score = ";", (False, 0.0, 0)
    for delimiter in DELIMITERS:
        try:
            records = [r for r in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(r)][:100]
        except csv.Error:
            continue
        if not records:
            continue
        width, count = Counter(len(r) for r in records).most_common(1)[0]
        score = (is_header(records[0]), count / len(records), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best, text


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a text, each a row, quoted line ends inside. Raises Refusal for a quotation that never ends."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    literal = '="' in text
    row, before, span = 0, 0, 0
    try:
        for record in reader:
            row += 1
            literal = literal and not (row == 1 and is_header(record))  # we write no figures as formulas
            line = reader.line_num
            span, before = line - before, line
            if span > MOST_LINES_IN_A_RECORD:
                raise Refusal("A quotation mark opened in row %(row)d is not closed.", row=row)
            yield [_FORMULA_TEXT.sub(r"\1", cell) for cell in record] if literal else record
        if row and span > 1 and text.count('"') % 2:
            raise Refusal("A quotation mark opened in row %(row)d is not closed.", row=row)
    except csv.Error:
        raise Refusal("A cell of row %(row)d is too long: is a quotation mark not closed?", row=row + 1) from None
