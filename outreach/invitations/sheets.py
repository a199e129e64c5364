"""Pages drawn once for everybody who reads the same, with holes where each reader's own words go; packed once too.

Nothing of a person is kept here: what differs from one reader to the next is a hole when the page is drawn.
"""

import re
import secrets
import threading
import zlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Final

from markupsafe import escape

KEPT: Final = 128
"""Sheets remembered by a process; the one asked for longest ago goes. Each keeps its text, and once more with the seats
filled in, and that packed: for a page of 50 kB some 110 kB, so 14 MB for all."""
_STEM: Final = f"hole{secrets.token_hex(12)}"
"""No text of ours has it; neither HTML nor an address writes it in another way."""
_HOLE: Final = re.compile(f"{_STEM}_([a-z]+[0-9]*)_")
_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""Of a gzip file without name nor time (RFC 1952)."""
_TAIL: Final = b"\x01\x00\x00\xff\xff"
"""The last block, empty (RFC 1951, 3.2.4)."""
_LONGEST: Final = 0xFFFF


def hole(name: str) -> str:
    """What stands in a page, while it is drawn, for something of the reader's; small letters, then digits."""
    return f"{_STEM}_{name}_"


class Sheet:
    """A page with holes."""

    def __init__(self, page: str) -> None:
        around = _HOLE.split(page)
        self._plain = [part.encode() for part in around[::2]]
        self._names = around[1::2]
        self._latest: tuple[Mapping[str, str], Sheet] | None = None

    def partly(self, values: Mapping[str, str]) -> "Sheet":
        """The same with some of its holes filled: with what is alike for many, if not for all.

        The latest is kept, for those who ask for it with the same values: one, however often they change.
        """
        latest = self._latest
        if latest is None or latest[0] != values:
            latest = self._latest = dict(values), Sheet(self._text(values))
        return latest[1]

    def _text(self, values: Mapping[str, str]) -> str:
        parts = [self._plain[0].decode()]
        for name, after in zip(self._names, self._plain[1:], strict=True):
            parts += (str(escape(values[name])) if name in values else hole(name), after.decode())
        return "".join(parts)

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The page of one reader; values are text, and escaped. Raises KeyError for a hole without one."""
        parts = [self._plain[0]]
        for value, after in zip(self._values(values), self._plain[1:], strict=True):
            parts += (value, after)
        return b"".join(parts)

    def packed(self, values: Mapping[str, str]) -> bytes:
        """The same as gzip. What is the reader's own is not compressed: lengths tell nothing of it."""
        parts, checked, octets = [_HEAD, self._small[0]], zlib.crc32(self._plain[0]), len(self._plain[0])
        for value, after, small in zip(self._values(values), self._plain[1:], self._small[1:], strict=True):
            parts += (_stored(value), small)
            checked = zlib.crc32(after, zlib.crc32(value, checked))
            octets += len(value) + len(after)
        parts += (_TAIL, checked.to_bytes(4, "little"), (octets & 0xFFFFFFFF).to_bytes(4, "little"))
        return b"".join(parts)

    @cached_property
    def _small(self) -> list[bytes]:
        return [_deflated(part) for part in self._plain]

    def _values(self, values: Mapping[str, str]) -> list[bytes]:
        said = {name: str(escape(values[name])).encode() for name in set(self._names)}
        return [said[name] for name in self._names]


class Sheets:
    """The sheets of a process, by all that they were drawn from."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable) -> Sheet | None:
        """The sheet drawn from exactly that, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, sheet: Sheet) -> None:
        """Keep it, and let go of the one asked for longest ago where there are too many."""
        with self._lock:
            self._kept[key] = sheet
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _deflated(part: bytes) -> bytes:
    """Blocks that end on an octet and look back on nothing, so that anything may stand before and after them."""
    packing = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packing.compress(part) + packing.flush(zlib.Z_FULL_FLUSH)


def _stored(value: bytes) -> bytes:
    """Blocks that are not compressed (RFC 1951, 3.2.4)."""
    pieces = (value[at : at + _LONGEST] for at in range(0, len(value), _LONGEST))
    return b"".join(
        b"\x00" + len(one).to_bytes(2, "little") + (len(one) ^ _LONGEST).to_bytes(2, "little") + one for one in pieces
    )
