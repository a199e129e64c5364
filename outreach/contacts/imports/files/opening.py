"""A file of contacts, told by its content and not by its name, opened into one plain table."""

from dataclasses import replace

from outreach.contacts.imports.files.returned import as_they_were
from outreach.contacts.imports.files.sheets import UPLOAD, Limits, Sheet
from outreach.contacts.imports.files.tabulating import tabulate
from outreach.contacts.imports.files.texts import decode, delimiter_of, is_json, plain, records, tidy
from outreach.contacts.imports.files.workbooks import open_tab
from outreach.contacts.sources.published import is_archive
from outreach.contacts.sources.published import records as records_of_json
from outreach.errors import Refusal


def read_sheet(content: bytes, limits: Limits = UPLOAD, tab: str = "") -> Sheet:
    """The table in a file. Raises Refusal with a sentence for a person.

    Workbooks are parsed here and now: for a file somebody sent, call guarded.read instead.
    """
    if len(content) > limits.size:
        raise Refusal("The file is larger than %(megabytes)d MB.", megabytes=limits.size // 1_000_000)
    if not content.strip():
        raise Refusal("The file is empty.")
    if is_archive(content) or is_json(content):
        cells = (list(map(plain, record)) for record in records_of_json(content, limits))
        return tabulate(cells, limits, rectangular=True)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        opened = open_tab(content, limits, tab)
        sheet = tabulate(as_they_were(opened.records), limits, merged=opened.merged, rectangular=True)
        return replace(sheet, tab=opened.name, tabs=opened.names, remarks=[*opened.remarks, *sheet.remarks])
    written, encoding, remarks = decode(content)
    if len(written) > limits.characters:
        raise Refusal("The file holds too much text: cut it into several files.")
    text, more = tidy(written)
    delimiter, body = delimiter_of(text)
    sheet = tabulate(as_they_were(records(body, delimiter)), limits)
    return replace(sheet, encoding=encoding, delimiter=delimiter, remarks=[*remarks, *more, *sheet.remarks])
