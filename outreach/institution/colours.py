"""Whether a colour can be read: contrast as WCAG 2 measures it."""

import re

from outreach.errors import Refusal

READABLE = 4.5
HEX = re.compile(r"#[0-9a-f]{6}")


def read_colour(text: str, field: str) -> str:
    """The colour as `#rrggbb`. Raises Refusal when it is not one."""
    colour = text.strip().lower()
    if not HEX.fullmatch(colour):
        raise Refusal("“%(text)s” is not a colour: write it as # and six digits, like #1f3a6e.", field=field, text=text)
    return colour


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def judge_action(colour: str, field: str = "action_colour") -> None:
    """Refuse a colour of buttons on which white words cannot be read."""
    found = contrast(colour, "#ffffff")
    if found < READABLE:
        raise Refusal(
            "White words on %(colour)s cannot be read by everybody (contrast %(found)s, at least 4.5 is needed); "
            "choose a darker colour.",
            field=field,
            colour=colour,
            found=f"{int(found * 10) / 10}",
        )


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
