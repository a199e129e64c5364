"""Reading a file somebody sent, in a child process that can neither fill the memory nor run for ever.

The child (`python -m outreach.contacts.imports.files.guarded`) knows nothing of the service: no settings, no
database, no secrets. It gets the file on its standard input and answers with one line of JSON, then the rows as they
are put away.
"""

import json
import os
import resource
import subprocess
import sys
from array import array
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.files.sheets import BETWEEN_ROWS, UPLOAD, Limits, Misfit, Remark, Rows, Sheet
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.errors import Refusal

_BROKEN, _TOO_MUCH = 1, 3
"""How the child ends when the parser gives up, and when its memory does."""
_BETWEEN = BETWEEN_ROWS.encode()


def read(content: bytes, limits: Limits = UPLOAD, tab: str = "") -> Sheet:
    """The table in a file that nobody has looked at yet. Raises Refusal, also when the child was stopped."""
    if len(content) > limits.size:
        raise _too_large(limits)
    command = [
        sys.executable,
        "-m",
        "outreach.contacts.imports.files.guarded",
        json.dumps({"limits": asdict(limits), "tab": tab}),
    ]
    surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        child = subprocess.run(  # noqa: S603 - our own module, and nothing of the file is on the command line
            command, input=content, capture_output=True, env=surroundings, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refusal("The file takes too long to read: it is not read.") from None
    if child.returncode == _BROKEN:
        raise Refusal("This file cannot be read: give a CSV, XLSX, XLS or ODS file without a password.")
    if child.returncode:
        raise Refusal("The file takes too much memory or time to read: it is not read.")
    said, _, packed = child.stdout.partition(b"\n")
    return _sheet(json.loads(said), packed)


def contents(path: Path, limits: Limits) -> bytes:
    """What is in a file on this machine, read only when its size is within the limits. Raises Refusal."""
    if path.stat().st_size > limits.size:
        raise _too_large(limits)
    return path.read_bytes()


def _too_large(limits: Limits) -> Refusal:
    return Refusal("The file is larger than %(megabytes)d MB.", megabytes=limits.size // 1_000_000)


def _sheet(answer: dict[str, Any], packed: bytes) -> Sheet:
    if "refused" in answer:
        raise Refusal(answer["refused"], **answer["values"])
    numbers = array("L", answer.pop("numbers"))
    rows = Rows(numbers, packed.split(_BETWEEN) if numbers else [])
    misfits = [
        Misfit(number, cells, Refusal(reason, **values), RepairKind(kind) if kind else None, mended)
        for number, cells, reason, values, kind, mended in answer.pop("misfits")
    ]
    remarks: list[Refusal] = [Remark(remark, **values) for remark, values in answer.pop("remarks")]
    return Sheet(rows=rows, misfits=misfits, remarks=remarks, **answer)


def _answer(sheet: Sheet) -> dict[str, Any]:
    """All of a sheet but its rows, which follow."""
    return {
        "header": sheet.header,
        "numbers": list(sheet.rows.numbers),
        "misfits": [(m.number, m.cells, m.reason.message, m.reason.values, m.kind, m.mended) for m in sheet.misfits],
        "header_number": sheet.header_number,
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "tab": sheet.tab,
        "tabs": sheet.tabs,
        "remarks": [(remark.message, remark.values) for remark in sheet.remarks],
        "misread": sheet.misread,
    }


def main() -> None:
    """The child: bind itself first, then read."""
    request = json.loads(sys.argv[1])
    limits = Limits(**request["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    packed: Sequence[bytes] = ()
    try:
        sheet = read_sheet(sys.stdin.buffer.read(), limits, request["tab"])
        answer, packed = _answer(sheet), sheet.rows.packed
    except Refusal as refusal:
        answer = {"refused": refusal.message, "values": refusal.values}
    except MemoryError:
        sys.exit(_TOO_MUCH)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.write(_BETWEEN.join(packed))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
