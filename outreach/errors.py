"""What we decline, and why: a sentence for a person, translated at the edge; and the mark of such sentences."""

from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - the mark of strings that are translated later
    """Mark a string for translation."""
    return sentence


class Refusal(Exception):  # noqa: N818 - a refusal is an answer to a person, not a fault of the program
    """Something asked for that we decline.

    `message` is an English sentence with `%(name)s` slots (the key of its translation) and `values` fills them,
    so that decisions need no web framework. `remedy` names where it can be put right (an endpoint and its values),
    when there is one.
    """

    status: ClassVar[int] = 400

    def __init__(self, message: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class NotFound(Refusal):
    """What was asked for is not here (any more)."""

    status = 404


class Forbidden(Refusal):
    """The person is known, and may not do this."""

    status = 403


class TooMany(Refusal):
    """Asked too often; may be asked again later."""

    status = 429


class BadLink(Refusal):
    """A signed link that cannot be read: cut, altered, or meant for another door."""

    status = 404
