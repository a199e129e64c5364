"""Whose house it is, as administrators say it and everybody sees it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from outreach.accounts.models import AuditEntry, Role
from outreach.database import db, transaction
from outreach.errors import Refusal
from outreach.institution import queries
from outreach.institution.colours import contrast, judge_action, read_colour
from outreach.institution.logos import LARGEST, kind_of, read_logo
from outreach.institution.models import Accessibility, Institution, MeasuringMode
from tests import people

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIVEN = {
    "name": "Ville du Port",
    "short_name": "Le Port",
    "action_colour": "#1F3A6E",
    "accent_colour": "#b4532a",
    "postal_address": "1 quai Neuf\r\n72000 Le Port",
    "contact_email": "Congres@port.example",
    "privacy_email": "",
    "signatory_name": "Dominique Lenoir",
    "signatory_titles_fr": "Adjointe au maire\nPrésidente du CCAS",
    "signatory_titles_en": "Deputy Mayor",
    "measuring": "off",
    "retention_months": "24",
    "accessibility": "partial",
}


@pytest.fixture
def administrator(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(Role.ADMINISTER)


def test_before_the_first_settings_pages_stand_all_the_same(client: FlaskClient, administrator: FlaskClient) -> None:
    assert client.get("/").status_code == 200
    assert administrator.get("/admin/settings").status_code == 200
    assert client.get("/logo").status_code == 404


def test_what_is_saved_shows_everywhere(administrator: FlaskClient, client: FlaskClient) -> None:
    assert administrator.post("/admin/settings", data=GIVEN).status_code == 302
    face = queries.institution()
    assert (face.name, face.action_colour, face.contact_email) == ("Ville du Port", "#1f3a6e", "congres@port.example")
    assert face.signatory_titles == {"fr": "Adjointe au maire\nPrésidente du CCAS", "en": "Deputy Mayor"}
    assert (face.measuring, face.retention_months) == (MeasuringMode.OFF, 24)
    assert face.accessibility is Accessibility.PARTIAL
    home = client.get("/?lang=fr").text
    assert "Accessibilité\u202f: partiellement conforme" in home
    assert "Ville du Port" in home
    assert "1 quai Neuf" in home


def test_the_log_names_the_fields_and_not_what_they_hold(administrator: FlaskClient) -> None:
    administrator.post("/admin/settings", data=GIVEN)
    administrator.post("/admin/settings", data=GIVEN)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.action == "institution.changed"
    assert "signatory_name" in entry.details["fields"]
    assert "Lenoir" not in repr(entry.details)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"action_colour": "navy"}, "action_colour"),
        ({"action_colour": "#f5b800"}, "action_colour"),
        ({"accent_colour": "#12"}, "accent_colour"),
        ({"privacy_email": "dpo"}, "privacy_email"),
        ({"measuring": "everything"}, "measuring"),
        ({"accessibility": ""}, "accessibility"),
        ({"retention_months": "0"}, "retention_months"),
        ({"retention_months": "120"}, "retention_months"),
        ({"retention_months": "²"}, "retention_months"),
        ({"short_name": "x" * 61}, "short_name"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(
    administrator: FlaskClient, wrong: dict[str, str], field: str
) -> None:
    page = administrator.post("/admin/settings", data={**GIVEN, **wrong})
    assert page.status_code == 400
    assert f'id="f-{field}-error"' in page.text
    assert 'value="Dominique Lenoir"' in page.text
    assert db.session.get(Institution, 1) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (SVG, None),
        (b"GIF89a", None),
        (b"", None),
        (b"RIFF\x10\0\0\0WAVE", None),
    ],
)
def test_a_picture_is_told_by_its_bytes(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_a_logo_is_shown_cached_and_removed(administrator: FlaskClient, client: FlaskClient) -> None:
    administrator.post("/admin/settings", data={**GIVEN, "logo": (BytesIO(PNG), "logo.png")})
    url = queries.institution().logo_url
    assert f'src="{url}"' in client.get("/").text
    logo = client.get(url)
    assert (logo.data, logo.mimetype) == (PNG, "image/png")
    assert logo.headers["Cache-Control"] == "public, max-age=86400"
    assert logo.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(url, headers={"If-None-Match": logo.headers["ETag"]}).status_code == 304
    administrator.post("/admin/settings", data={**GIVEN, "name": "Ville"})
    assert queries.logo() is not None
    administrator.post("/admin/settings", data={**GIVEN, "drop_logo": "1"})
    assert client.get("/logo").status_code == 404


def test_a_drawing_that_may_carry_a_script_is_no_logo(administrator: FlaskClient) -> None:
    page = administrator.post("/admin/settings", data={**GIVEN, "logo": (BytesIO(SVG), "logo.png")})
    assert page.status_code == 400
    assert 'id="f-logo-error"' in page.text


def test_a_logo_that_is_too_heavy_is_refused() -> None:
    with pytest.raises(Refusal, match="33 kB; the limit is 32 kB"):
        read_logo(PNG + b"\0" * LARGEST)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    judge_action("#767676")
    with pytest.raises(Refusal, match=r"contrast 4\.4, at least 4\.5"):
        judge_action("#777777")
    assert read_colour(" #ABCDEF ", "x") == "#abcdef"


def test_settings_are_for_administrators(signed_in: Callable[..., FlaskClient]) -> None:
    browser = signed_in(Role.PREPARE, Role.SIGN, Role.READ)
    assert browser.get("/admin/settings").status_code == 403
    assert browser.post("/admin/settings", data=GIVEN).status_code == 403
    assert db.session.get(Institution, 1) is None


def test_a_page_reads_the_institution_once(client: FlaskClient) -> None:
    with transaction():
        people.city()
    statements: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def _note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    client.get("/privacy")
    assert sum("FROM institution" in one for one in statements) == 1
