"""Prints the newest link of a kind that was sent to an address, from a folder of messages: for trying things out."""

import email.policy
import mailbox
import re
import sys
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path


def find(folder: Path, address: str, kind: str) -> str | None:
    """The newest link `/kind/...` in the text parts of messages to that address, without its question mark."""
    found: list[tuple[float, str]] = []
    for key, kept in mailbox.Maildir(folder, create=False).items():
        message = message_from_bytes(kept.as_bytes(), policy=email.policy.default)
        text = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
        if text is None or address not in str(message["To"]):
            continue
        links = re.findall(rf"https?://\S+?/{kind}/[\w.-]+", str(text.get_content()))
        found += [(float(key.split(".")[0]), link) for link in links[:1]]
    return max(found)[1] if found else None


def main() -> int:
    """links.py FOLDER ADDRESS KIND"""
    folder, address, kind = sys.argv[1:]
    link = find(Path(folder), address, kind)
    if link is None:
        return 1
    print(link)
    return 0


if __name__ == "__main__":
    sys.exit(main())
