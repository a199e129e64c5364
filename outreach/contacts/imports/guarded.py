"""Reading a file somebody sent, in a child process that can neither fill the memory nor run for ever.

The child (`python -m outreach.contacts.imports.guarded`) knows nothing of the service: no settings, no database, no
secrets. It gets the file on its standard input and answers with one JSON object.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from outreach.contacts.imports.sheets import UPLOAD, Limits, Misfit, Row, Sheet, read_sheet
from outreach.errors import Refusal


def read(content: bytes, limits: Limits = UPLOAD, tab: str = "") -> Sheet:
    """The table in a file that nobody has looked at yet. Raises Refusal, also when the child was stopped."""
    if len(content) > limits.size:
        raise Refusal("The file is larger than %(megabytes)d MB.", megabytes=limits.size // 1_000_000)
    command = [
        sys.executable,
        "-m",
        "outreach.contacts.imports.guarded",
        json.dumps({"limits": asdict(limits), "tab": tab}),
    ]
    surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        child = subprocess.run(  # noqa: S603 - our own module, and nothing of the file is on the command line
            command, input=content, capture_output=True, env=surroundings, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refusal("The file takes too long to read: it is not read.") from None
    if child.returncode:
        raise Refusal("The file takes too much memory or time to read: it is not read.")
    return _sheet(json.loads(child.stdout))


def _sheet(answer: dict[str, Any]) -> Sheet:
    if "refused" in answer:
        raise Refusal(answer["refused"], **answer["values"])
    answer["rows"] = [Row(number, cells) for number, cells in answer["rows"]]
    answer["misfits"] = [Misfit(n, cells, Refusal(reason, **values)) for n, cells, reason, values in answer["misfits"]]
    return Sheet(**answer)


def _answer(sheet: Sheet) -> dict[str, Any]:
    return {
        "header": sheet.header,
        "rows": [(row.number, row.cells) for row in sheet.rows],
        "misfits": [(m.number, m.cells, m.reason.message, m.reason.values) for m in sheet.misfits],
        "header_number": sheet.header_number,
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "tab": sheet.tab,
        "tabs": sheet.tabs,
    }


def main() -> None:
    """The child: bind itself first, then read."""
    request = json.loads(sys.argv[1])
    limits = Limits(**request["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _answer(read_sheet(sys.stdin.buffer.read(), limits, request["tab"]))
    except Refusal as refusal:
        answer = {"refused": refusal.message, "values": refusal.values}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
