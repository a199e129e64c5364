"""What is ready for passing an invitation on: messages, files, the card of a share link; each with its own mark."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import typst
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from outreach.database import db, now, transaction
from outreach.events.models import Event
from outreach.forwarding import drawing, kit_pages
from outreach.forwarding.passing_on import (
    MAILTO_LIMIT,
    ReadyMessage,
    fitting_mail_address,
    mail_address,
    sms_address,
    x_address,
)
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Origin
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose, links
from tests import people

FILES = ("poster-fr.pdf", "poster-en.pdf", "card-fr.png", "card-en.png", "message-fr.eml", "message-en.eml")


@pytest.fixture
def key(app: Flask) -> str:
    """Of Ada's invitation to the congress."""
    with transaction():
        people.city()
        return invite(people.congress(), people.ada(), Origin.AUDIENCE, now()).key


def path(purpose: Purpose, key: str) -> str:
    return f"/{purpose}/{links().sign(purpose, key)}"


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its first chunk."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_each_way_has_its_own_mark_on_the_share_link(client: FlaskClient, key: str) -> None:
    page = unquote(unquote(unescape(client.get(path(Purpose.KIT, key)).text)))
    marks = set(re.findall(rf"{re.escape(path(Purpose.SHARE, key))}\?via=(\w+)", page))
    assert marks == {"mail", "whatsapp", "linkedin", "facebook", "x", "sms", "sheet", "newsletter"}


def test_everything_one_may_send_on_carries_the_share_link_and_no_other(client: FlaskClient, key: str) -> None:
    kit, share = path(Purpose.KIT, key), links().sign(Purpose.SHARE, key)
    for name in ("", "/message-fr.eml", "/message-en.eml"):
        said = client.get(kit + name).data
        if name:
            said = message_from_bytes(said, policy=default).get_content().encode()
        tokens = set(re.findall(rb"/[sia]/(\w+\.[\w-]{43})", unquote(said.decode()).encode()))
        assert tokens == {share.encode()}


def test_the_words_are_in_both_languages_and_signed(client: FlaskClient, key: str) -> None:
    page = unescape(client.get(path(Purpose.KIT, key), query_string={"lang": "en"}).text)
    for words in ("I thought of you for this event:", "J’ai pensé à vous pour cet événement", "Ada Lefèvre"):
        assert words in page


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_there_in_both_languages(client: FlaskClient, key: str, name: str) -> None:
    answer = client.get(f"{path(Purpose.KIT, key)}/{name}")
    assert answer.status_code == 200
    starts = {"pdf": b"%PDF", "png": b"\x89PNG", "eml": b"X-Unsent: 1\r\n"}[name.rpartition(".")[2]]
    assert answer.data.startswith(starts)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_card_has_the_size_that_networks_ask_for_and_weighs_little(client: FlaskClient, key: str) -> None:
    for purpose in (Purpose.KIT, Purpose.SHARE):
        picture = client.get(f"{path(purpose, key)}/card-fr.png").data
        assert size(picture) == (1200, 630)
        assert len(picture) < 300_000


def test_a_drawing_is_made_once_and_again_when_its_words_change(client: FlaskClient, key: str, app: Flask) -> None:
    poster = f"{path(Purpose.KIT, key)}/poster-fr.pdf"
    shelf = Path(app.config["DATA_DIR"]) / "drawings"
    client.get(poster)
    (made,) = shelf.glob("*.pdf")
    before = made.stat().st_ino
    client.get(poster)
    assert [one.stat().st_ino for one in shelf.glob("*.pdf")] == [before]
    with transaction() as session:
        session.execute(update(Event).values(place={"fr": "Ailleurs"}))
    client.get(poster)
    assert len(list(shelf.glob("*.pdf"))) == 2


def test_the_shelf_of_drawings_is_bounded_and_what_was_asked_for_longest_ago_goes(
    client: FlaskClient, key: str, app: Flask
) -> None:
    shelf = drawing.shelf(Path(app.config["DATA_DIR"]))
    client.get(f"{path(Purpose.KIT, key)}/card-fr.png")
    (asked_for,) = shelf.glob("*.png")
    for number in range(drawing.MOST - 1):
        one = shelf / f"{number}.pdf"
        one.touch()
        os.utime(one, (number, number))
    os.utime(asked_for, (0, 0))
    client.get(f"{path(Purpose.KIT, key)}/card-fr.png")
    client.get(f"{path(Purpose.KIT, key)}/card-en.png")
    kept = {one.name for one in shelf.glob("*.p*")}
    assert len(kept) == drawing.MOST
    assert asked_for.name in kept
    assert "0.pdf" not in kept
    assert "1.pdf" in kept


def test_two_who_ask_for_one_drawing_at_once_get_the_same_drawn_once(key: str, tmp_path: Path) -> None:
    words = kit_pages.pictured(get_by_key(key).event, "fr")
    with ThreadPoolExecutor(2) as two:
        one, other = two.map(lambda _turn: drawing.drawn("card", words, tmp_path), range(2))
    assert one == other
    assert len(list(tmp_path.glob("*.p*"))) == 1


def test_what_the_office_writes_is_never_read_as_markup(client: FlaskClient, key: str) -> None:
    hostile = '#read("/etc/passwd") $x$ \\ *gras* " ] #panic()'
    with transaction() as session:
        session.execute(update(Event).values(title={"fr": hostile}, place_address=hostile))
    for name in ("poster-fr.pdf", "card-fr.png"):
        assert client.get(f"{path(Purpose.KIT, key)}/{name}").status_code == 200


@pytest.mark.parametrize("kind", ["poster", "card"])
def test_the_longest_words_stay_on_one_page(kind: str) -> None:
    words = dict.fromkeys(("house", "title", "question", "place", "address"), "Mots " * 60)
    words |= {
        "lead": "vous invite",
        "dates": "lun. 22 – dim. 28 septembre 2027",
        "themes": "\n".join(["Thème " * 20] * 12),
    }
    words |= {"call": "Lire l’invitation et s’inscrire", "hint": "Visez ce code. " * 6, "language": "fr"}
    words |= {"action": "#1f3a6e", "accent": "#b4532a"}
    words["code"] = drawing.qr("https://ville.example/s/x").svg_inline()
    source = (drawing.SOURCES / f"{kind}.typ").read_bytes()
    drawn = typst.compile(source, format="png", ignore_system_fonts=True, sys_inputs={"words": json.dumps(words)})
    assert isinstance(drawn, bytes)


def test_a_draft_is_read_back_as_it_was_written(client: FlaskClient, key: str) -> None:
    draft = message_from_bytes(client.get(f"{path(Purpose.KIT, key)}/message-fr.eml").data, policy=default)
    assert draft["Subject"] == "Invitation\u202f: 2ᵉ Congrès national des Solidarités"
    assert (draft["To"], draft["From"], draft["X-Unsent"]) == (None, None, "1")
    assert "J’ai pensé à vous" in draft.get_content()


def test_the_landing_page_has_a_card_that_networks_accept(client: FlaskClient, key: str) -> None:
    page = unescape(client.get(path(Purpose.SHARE, key), query_string={"via": "facebook", "lang": "fr"}).text)
    graph = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', page))
    assert graph["og:url"] == f"{links().url(Purpose.SHARE, key)}?via=facebook"
    assert (graph["og:image:width"], graph["og:image:height"], graph["og:image:type"]) == ("1200", "630", "image/png")
    assert "Congrès" in graph["og:image:alt"]
    assert graph["og:image"].startswith(links().base_url)
    picture = client.get(urlsplit(graph["og:image"]).path)
    assert picture.mimetype == "image/png"
    assert picture.headers["Cache-Control"] == "public, max-age=86400"


def test_only_the_page_for_passing_on_runs_a_script_and_only_ours(client: FlaskClient, key: str) -> None:
    kit = client.get(path(Purpose.KIT, key)).headers["Content-Security-Policy"]
    assert "script-src 'self';" in kit
    for purpose in (Purpose.SHARE, Purpose.INVITATION):
        assert "script-src 'none';" in client.get(path(purpose, key)).headers["Content-Security-Policy"]


def test_a_mail_address_stays_within_what_mail_programs_take() -> None:
    long = ReadyMessage("fr", "Invitation", "é" * 400)
    short = ReadyMessage("fr", "Invitation", "court\nhttps://ville.example/s/x")
    assert len(mail_address(long)) > MAILTO_LIMIT
    assert fitting_mail_address((long, short)) == mail_address(short)
    assert parse_qs(urlsplit(mail_address(short)).query)["body"] == ["court\r\nhttps://ville.example/s/x"]


def test_the_message_of_the_congress_fits_whole(client: FlaskClient, key: str) -> None:
    page = unescape(client.get(path(Purpose.KIT, key), query_string={"lang": "fr"}).text)
    for address in re.findall(r'href="(mailto:\?[^"]+)"', page):
        assert len(address) <= MAILTO_LIMIT
        assert re.search("pensé à vous|thought of you", unquote(address))


def test_a_post_on_x_stays_within_its_280_characters() -> None:
    text = parse_qs(urlsplit(x_address("é" * 400, "https://ville.example")).query)["text"][0]
    assert len(text) + 1 + 23 == 280


def test_a_text_message_keeps_its_lines() -> None:
    assert sms_address("un\ndeux & trois") == "sms:?&body=un%0Adeux%20%26%20trois"


def test_every_mark_is_one_that_we_count() -> None:
    assert {"mail", "poster", "card", "qr", "forward"} <= {one.value for one in Channel}


def test_a_closed_event_says_so_on_the_kit(client: FlaskClient, key: str) -> None:
    with transaction() as session:
        session.execute(update(Event).values(registration_open=False))
    page = client.get(path(Purpose.KIT, key), query_string={"lang": "en"}).text
    assert "Registration for this event is closed." in page
    db.session.rollback()
