"""Every state of every public page: where it is, and what a person does there to see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, Response

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import now, transaction
from outreach.events.actions import cancel
from outreach.events.models import Event
from outreach.forwarding import actions as forwarding
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, InvitationState, Origin, Reply
from outreach.invitations.stop_actions import Scope, stop
from outreach.links import Purpose, links
from outreach.rights.erasing import erase
from outreach.rsvp import actions as rsvp
from outreach.rsvp.submission import Delegate, Submission
from tests import people

Act = Callable[[Page], None]
DOORS = (Purpose.INVITATION, Purpose.ANSWER, Purpose.SHARE, Purpose.KIT, Purpose.STOP)
WHOLE = frozenset({"open", "closed", "cancelled", "erased", "excused, stopped"})
"""Whose every page is looked at; of the others, the invitation and the answer."""
FIXED = {"home": "/", "privacy": "/privacy", "accessibility": "/accessibilite", "lost": "/lost", "nothing": "/nothing"}
DELEGATE = Delegate("Léa", "Roy", "lea.roy@assemblee.test", "Collaboratrice")


@dataclass(frozen=True, slots=True)
class State:
    """A page as somebody sees it; `act` is what they do after opening it."""

    name: str
    path: str
    act: Act | None = None

    def show(self, page: Page, language: str) -> str:
        """Bring it about in a browser; returns the document as the server sent it."""
        documents: list[Response] = []

        def note(response: Response) -> None:
            if response.request.is_navigation_request() and not 300 <= response.status < 400:
                documents.append(response)

        page.on("response", note)
        page.goto(f"{self.path}?lang={language}")
        if self.act is not None:
            self.act(page)
        page.remove_listener("response", note)
        return documents[-1].text()


def states() -> Iterator[State]:
    """All of them; keeps the people they are about. Those that change something come after those that look."""
    with transaction():
        people.city()
        keys = dict(_invited())
    yield from (State(name, path) for name, path in FIXED.items())
    for who, key in keys.items():
        doors = DOORS if who in WHOLE else (Purpose.INVITATION, Purpose.ANSWER)
        yield from (State(f"{door.name.lower()}, {who}", _path(door, key)) for door in doors)
    yield from (State(f"{door.name.lower()}, cut", _path(door, keys["open"])[:-9]) for door in DOORS)
    yield State("why", f"{_path(Purpose.STOP, keys['open'])}/why")
    yield State("why, erased", f"{_path(Purpose.STOP, keys['erased'])}/why")
    yield State("seats", f"{_path(Purpose.ANSWER, keys['coming'])}/seats")
    yield State("confirm", _path(Purpose.CONFIRM, keys["pending"]))
    yield from _acts(keys)


def _acts(keys: dict[str, str]) -> Iterator[State]:
    invitation, answer, share = (
        _path(purpose, keys["open"]) for purpose in (Purpose.INVITATION, Purpose.ANSWER, Purpose.SHARE)
    )
    yield State("invitation, nothing chosen", invitation, _send)
    yield State("invitation, no day", invitation, _answer("yes"))
    yield State("invitation, no delegate", invitation, _answer("represented"))
    yield State("invitation, yes opened", invitation, _open_all)
    yield State("invitation, late", invitation, _answer_late)
    yield State("lost, no address", "/lost", _send)
    yield State("lost, sent", "/lost", _ask_for_link)
    yield State("share, nothing typed", share, _send)
    yield State("share, registered", share, _register)
    yield State("confirm, done", _path(Purpose.CONFIRM, keys["pending"]), _send)
    yield State("kit, named", _path(Purpose.KIT, keys["open"]), _send)
    yield State("stop, not measured", _path(Purpose.STOP, keys["open"]), _press("unmeasured"))
    yield State("stop, everything", _path(Purpose.STOP, keys["settled"]), _press("everything"))
    yield State("stop, taken back", _path(Purpose.STOP, keys["settled"]), _press("resume"))
    yield State("thanks", invitation, _come)
    yield State("answer, changed", answer, _come)
    yield State("answer, taken back", answer, lambda page: page.locator("input[name=undo] ~ button").click())


def _path(door: Purpose, key: str) -> str:
    return f"/{door.value}/{links().sign(door, key)}"


def _invited() -> Iterator[tuple[str, str]]:
    """One invitation of each standing, by its name."""
    at, event = now(), people.congress()
    yield "open", invite(event, people.ada(), Origin.AUDIENCE, at).key
    coming = invite(event, people.mayor(), Origin.AUDIENCE, at)
    people.answer_yes(coming)
    yield "coming", coming.key
    deputy = invite(event, people.deputy(), Origin.AUDIENCE, at)
    rsvp.answer(deputy, Submission(Reply.REPRESENTED, delegate=DELEGATE), at, reserved=True)
    yield "represented", deputy.key
    mep = invite(event, people.mep(), Origin.AUDIENCE, at)
    rsvp.answer(mep, Submission(Reply.EXCUSED, words="With my regrets."), at)
    stop(mep, Scope.EVENT, at)
    yield "excused, stopped", mep.key
    withdrawn = invite(event, people.ccas(), Origin.AUDIENCE, at)
    withdrawn.state = InvitationState.WITHDRAWN
    yield "withdrawn", withdrawn.key
    erased = people.contact(Kind.ASSOCIATION, "Luc", "Martin", "luc.martin@ruche.test")
    gone = invite(event, erased, Origin.AUDIENCE, at)
    erase(erased, at)
    yield "erased", gone.key
    yield "pending", forwarding.register(coming, people.NEWCOMER, Channel.MAIL, "fr", at).invitation.key
    yield from _of_other_events()


def _of_other_events() -> Iterator[tuple[str, str]]:
    at = now()
    closed, cancelled, over = people.congress(), people.congress(), people.congress()
    yield "closed", _invite(closed, people.without_address()).key
    settled = _invite(closed, people.contact(Kind.ASSOCIATION, "Anne", "Roy", "anne.roy@fournil.test"))
    people.answer_yes(settled)
    yield "settled", settled.key
    closed.answer_by = at - timedelta(days=1)
    yield "cancelled", _invite(cancelled, people.contact(Kind.ASSOCIATION, "Zoé", "Petit", "zoe@voisins.test")).key
    cancel(cancelled, True)
    yield "over", _invite(over, people.contact(Kind.ASSOCIATION, "Noé", "Petit", "noe@voisins.test")).key
    over.answer_by = at - timedelta(days=99)
    over.starts_on = over.ends_on = (at - timedelta(days=90)).date()


def _invite(event: Event, contact: Contact) -> Invitation:
    return invite(event, contact, Origin.AUDIENCE, now())


def _send(page: Page) -> None:
    """Press the button of the first form."""
    page.locator("main form button").first.click()


def _choose(page: Page, reply: str) -> None:
    page.locator(f"label[for=f-reply-{reply}]").click()


def _answer(reply: str) -> Act:
    """Choose an answer and send nothing else."""

    def act(page: Page) -> None:
        _choose(page, reply)
        _send(page)

    return act


def _answer_late(page: Page) -> None:
    """From a page left open for days."""
    _choose(page, "no")
    page.evaluate("for (const one of document.getElementsByName('nonce')) one.value = ''")
    _send(page)


def _open_all(page: Page) -> None:
    """Say yes and open whatever is folded."""
    _choose(page, "yes")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def _come(page: Page) -> None:
    """Come on the first day."""
    _choose(page, "yes")
    page.locator(".for-yes .day label").first.click()
    _send(page)


def _ask_for_link(page: Page) -> None:
    page.locator("#f-email").fill("nobody@association.test")
    _send(page)


def _register(page: Page) -> None:
    for name, value in (("given_name", "Rose"), ("family_name", "Guy"), ("email", "rose.guy@voisins.test")):
        page.locator(f"#f-{name}").fill(value)
    page.locator("#f-kind").select_option(index=1)
    page.locator("#f-organisation").fill("Les Voisins")
    page.locator("#f-postal_code").fill("72000")
    _send(page)


def _press(wish: str) -> Act:
    """Press one of the buttons that say what is wished."""
    return lambda page: page.locator(f"button[name=wish][value={wish}]").click()
