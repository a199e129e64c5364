"""Which files may be the city's logo: pictures that cannot carry a script, told by their first bytes."""

from outreach.errors import Refusal

LARGEST = 32 * 1024
"""Octets: the logo is on every page of recipients, each of which has to stay under 60 kB with all it loads."""


def kind_of(content: bytes) -> str | None:
    """The media type of a PNG, a JPEG or a WebP; None for anything else, whatever its name says."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def read_logo(content: bytes, field: str = "logo") -> tuple[bytes, str]:
    """The picture and its media type. Raises Refusal when it is too heavy or something else."""
    if len(content) > LARGEST:
        raise Refusal(
            "This picture weighs %(weight)d kB; the limit is %(limit)d kB.",
            field=field,
            weight=-(-len(content) // 1024),
            limit=LARGEST // 1024,
        )
    kind = kind_of(content)
    if kind is None:
        raise Refusal("This file is not a PNG, JPEG or WebP picture.", field=field)
    return content, kind
