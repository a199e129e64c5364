"""What speaks for or against two contacts being one, and how much: the table that a score adds up."""

from enum import StrEnum
from typing import Final


class Sign(StrEnum):
    """What speaks for or against two contacts being one."""

    SAME_FAMILY = "same_family"
    FAMILY_NEAR = "family_near"
    FAMILY_HOLDS = "family_holds"
    FAMILY_SHARES = "family_shares"
    SAME_WORDS = "same_words"
    SAME_GIVEN = "same_given"
    GIVEN_HOLDS = "given_holds"
    GIVEN_BEGINS = "given_begins"
    GIVEN_NEAR = "given_near"
    GIVEN_PART = "given_part"
    GIVEN_MISSING = "given_missing"
    GIVEN_FEMININE = "given_feminine"
    GIVEN_OTHER = "given_other"
    OTHER_GENDER = "other_gender"
    SAME_HOUSE_NAME = "same_house_name"
    SAME_HOUSE_WORDS = "same_house_words"
    HOUSE_NEAR = "house_near"
    HOUSE_HOLDS = "house_holds"
    HOUSE_PART = "house_part"
    HOUSE_ACRONYM = "house_acronym"
    OTHER_DESK = "other_desk"
    SAME_COMMUNE = "same_commune"
    JOINED_COMMUNE = "joined_commune"
    SAME_POSTAL_CODE = "same_postal_code"
    SAME_DEPARTMENT = "same_department"
    OTHER_COMMUNE = "other_commune"
    OTHER_DEPARTMENT = "other_department"
    OTHER_COUNTRY = "other_country"
    SAME_ADDRESS = "same_address"
    SAME_PHONE = "same_phone"
    SAME_WEBSITE = "same_website"
    SAME_HOUSE = "same_house"
    SAME_OFFICE = "same_office"
    OTHER_CONSTITUENCY = "other_constituency"
    SAME_KIND = "same_kind"


PERSON: Final[dict[Sign, float]] = {
    Sign.SAME_FAMILY: 0.45,
    Sign.FAMILY_NEAR: 0.35,
    Sign.FAMILY_HOLDS: 0.38,
    Sign.FAMILY_SHARES: 0.20,
    Sign.SAME_WORDS: 0.76,
    Sign.SAME_GIVEN: 0.35,
    Sign.GIVEN_HOLDS: 0.30,
    Sign.GIVEN_BEGINS: 0.25,
    Sign.GIVEN_NEAR: 0.22,
    Sign.GIVEN_PART: 0.10,
    Sign.GIVEN_MISSING: 0.0,
    Sign.GIVEN_FEMININE: -0.30,
    Sign.GIVEN_OTHER: -0.60,
    Sign.OTHER_GENDER: -0.40,
    Sign.SAME_COMMUNE: 0.16,
    Sign.JOINED_COMMUNE: 0.15,
    Sign.SAME_POSTAL_CODE: 0.12,
    Sign.SAME_DEPARTMENT: 0.08,
    Sign.OTHER_COMMUNE: -0.12,
    Sign.OTHER_DEPARTMENT: -0.15,
    Sign.OTHER_COUNTRY: -0.15,
    Sign.SAME_ADDRESS: 0.25,
    Sign.SAME_PHONE: 0.20,
    Sign.SAME_WEBSITE: 0.10,
    Sign.SAME_HOUSE: 0.12,
    Sign.SAME_OFFICE: 0.25,
    Sign.OTHER_CONSTITUENCY: -0.08,
    Sign.SAME_KIND: 0.04,
}
"""Between two people. The two names alone make 0.80, so that homonyms of two places stay under what is shown."""

HOUSE: Final[dict[Sign, float]] = {
    Sign.SAME_HOUSE_NAME: 0.70,
    Sign.SAME_HOUSE_WORDS: 0.66,
    Sign.HOUSE_NEAR: 0.58,
    Sign.HOUSE_HOLDS: 0.56,
    Sign.HOUSE_PART: 0.44,
    Sign.HOUSE_ACRONYM: 0.50,
    Sign.OTHER_DESK: -0.20,
    Sign.SAME_COMMUNE: 0.20,
    Sign.JOINED_COMMUNE: 0.18,
    Sign.SAME_POSTAL_CODE: 0.14,
    Sign.SAME_DEPARTMENT: 0.05,
    Sign.OTHER_COMMUNE: -0.35,
    Sign.OTHER_DEPARTMENT: -0.40,
    Sign.OTHER_COUNTRY: -0.40,
    Sign.SAME_ADDRESS: 0.25,
    Sign.SAME_PHONE: 0.20,
    Sign.SAME_WEBSITE: 0.15,
    Sign.SAME_KIND: 0.04,
}
"""Between two desks. Many villages have a committee of the same name, so another commune weighs most."""
