"""The needs that a venue can arrange for, as they are asked and counted."""

import enum


class Need(enum.StrEnum):
    """What somebody needs in order to take part."""

    HEARING_LOOP = "hearing_loop"
    SIGN_LANGUAGE = "sign_language"
    """French sign language."""
    CAPTIONS = "captions"
    WHEELCHAIR = "wheelchair"
    GUIDE = "guide"
    """Somebody to guide, or room for a guide dog."""
    EASY_READ = "easy_read"
    """Documents in easy-to-read language."""
    OTHER = "other"
