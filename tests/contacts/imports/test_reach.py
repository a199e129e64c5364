"""Domains that take no mail, asked of a name server on this machine."""

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import Resolver

from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.reach import domains_of, unreachable
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults
from outreach.contacts.kinds import Kind

ZONE = {
    ("ville.fr.", "MX"): "10 mail.ville.fr.",
    ("ancien.fr.", "A"): "198.41.0.4",
    ("sans-courrier.fr.", "MX"): "0 .",
    ("page.fr.", "TXT"): '"v=spf1 -all"',
}
SILENT = "muet.fr."


def answer(query: dns.message.Message) -> dns.message.Message:
    """What the zone says; a name that it does not have is not there."""
    asked = query.question[0]
    name, kind = asked.name.to_text(), asked.rdtype.name
    reply = dns.message.make_response(query)
    if (name, kind) in ZONE:
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, ZONE[name, kind]))
    elif name not in {known for known, _ in ZONE}:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    """A resolver that asks a name server of our own, on a free port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                wire, sender = server.recvfrom(4096)
                if wire == b"stop":
                    return
                query = dns.message.from_wire(wire)
                if query.question[0].name.to_text() != SILENT:
                    server.sendto(answer(query).to_wire(), sender)

        thread = threading.Thread(target=serve)
        thread.start()
        asking = Resolver(configure=False)
        asking.lifetime = 0.5
        asking.nameservers, asking.port = ["127.0.0.1"], server.getsockname()[1]
        yield asking
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"stop", server.getsockname())
        thread.join()


def test_domains_that_are_not_there_or_take_no_mail_are_found(resolver: Resolver) -> None:
    asked = {"ville.fr", "ancien.fr", "sans-courrier.fr", "page.fr", "vile.fr", "muet.fr"}
    assert unreachable(asked, resolver) == {"sans-courrier.fr", "page.fr", "vile.fr"}


def test_a_row_at_such_a_domain_is_refused_with_a_sentence() -> None:
    sheet = read_sheet(b'nom;courriel\nA;a@ville.fr\nB;"b@vile.fr ; b@ville.fr"\nC;\n')
    mapping = propose(sheet)
    assert domains_of(sheet, mapping) == {"ville.fr", "vile.fr"}
    read = list(read_records(sheet, mapping, Defaults(Kind.PRESS, unreachable=frozenset({"vile.fr"}))))
    assert [reading.record is not None for reading in read] == [True, False, True]
    assert [str(one.reason) for one in read[1].refused] == [
        "The DNS says that vile.fr takes no mail: is it spelt right?"
    ]
