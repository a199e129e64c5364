"""Pages of recipients and what they load travel compressed, pages of the office never."""

import gzip

import pytest
from flask.testing import FlaskClient

from outreach.web import asset

READS = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/lost", "css/base.css", "icons.svg"])
def test_what_travels_compressed_is_the_same(client: FlaskClient, path: str) -> None:
    address = path if path.startswith("/") else asset(path)
    plain, packed = client.get(address), client.get(address, headers=READS)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    same = gzip.decompress(packed.data).partition(b"nonce")[0] == plain.data.partition(b"nonce")[0]
    assert same
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip;q=0", False),
        ("gzip; q=0, *", False),
        ("identity", False),
        ("br", False),
        ("", False),
        ("*", True),
        ("*;q=0", False),
        ("br, GZIP;q=0.1", True),
    ],
)
@pytest.mark.parametrize("path", ["/lost", "css/base.css"])
def test_who_refuses_gzip_gets_none(client: FlaskClient, path: str, accepted: str, is_packed: bool) -> None:
    address = path if path.startswith("/") else asset(path)
    page = client.get(address, headers={"Accept-Encoding": accepted})
    assert page.headers.get("Content-Encoding") == ("gzip" if is_packed else None)
    assert page.headers["Vary"].count("Accept-Encoding") == 1


def test_pages_of_the_office_are_not_compressed(client: FlaskClient) -> None:
    page = client.get("/admin/sign-in", headers=READS, follow_redirects=True)
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers


def test_a_head_and_an_unchanged_file_have_no_content_to_compress(client: FlaskClient) -> None:
    address = asset("css/base.css")
    assert client.head(address, headers=READS).data == b""
    since = client.get(address).headers["Last-Modified"]
    again = client.get(address, headers={**READS, "If-Modified-Since": since})
    assert (again.status_code, again.data) == (304, b"")
