"""The demonstration in the middle of its campaign: messages received, answers given, an invitation that travels."""

import random
from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType

import time_machine
from sqlalchemy import select

from outreach.accounts.models import User
from outreach.campaigns import actions as campaigns
from outreach.campaigns.commands import create_from_file
from outreach.campaigns.models import Campaign, CampaignPurpose
from outreach.contacts import actions as contacts
from outreach.contacts.imports import importing
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import launching, service
from outreach.delivery.models import Message, Notice
from outreach.delivery.states import MessageState
from outreach.demo import names
from outreach.demo.actions import CONGRESS
from outreach.demo.commands import load
from outreach.demo.place import Kept
from outreach.demo.temper import friend
from outreach.errors import Refusal
from outreach.events.models import Session, SessionKind
from outreach.forwarding import actions as forwarding
from outreach.forwarding.registering import Newcomer
from outreach.invitations.models import Channel, Invitation, Reply
from outreach.rsvp import actions as rsvp
from outreach.rsvp.models import Answer
from outreach.rsvp.needs import Need
from outreach.rsvp.submission import Delegate, Person, Submission
from outreach.rsvp.telling.notice_actions import send_lost_links
from tests import people

DAYS = 6
"""Since the launch."""
REPLIES = MappingProxyType({Reply.YES: 66, Reply.NO: 14, Reply.EXCUSED: 14, Reply.REPRESENTED: 6})
LONG = "Marie-Clémentine"
"""Of the contact with the longest name."""
SHEET = (
    "Association;Prénom;Nom;Courriel;Code postal\n"
    "La Ruche;Luc;Martin;luc.martin@ruche.example;72100\n"
    "Les Voisins;Zoé;Petit;zoe.petit@@voisins.example;72000\n"
    "Le Fournil;Anne;Roy;anne.roy@fournil.example;7200\n"
)


def populate(kept: Kept) -> people.World:
    """Play the first days of the campaign; whoever calls catches the mail. One of everything comes back."""
    draw, end = random.Random(72), now()  # noqa: S311 - people, not keys
    with time_machine.travel(end - timedelta(days=DAYS), tick=True):
        load(kept)
        staff = people_of_the_house()
    with time_machine.travel(end - timedelta(days=DAYS) + timedelta(minutes=4), tick=True):
        _send()
        with transaction():
            campaigns.pause(_running(), now(), staff.id, "")
    with transaction():
        reached = _reached(draw)
    for day in range(DAYS):
        share = reached[day * 22 : (day + 1) * 22 - day * 3]
        with time_machine.travel(end - timedelta(days=DAYS - day, hours=-3), tick=True):
            for number in share:
                _answer(number, draw)
            for number in share[: 3 + day % 2]:
                _bring(number, draw)
            _send()
    with transaction():
        launching.resume(_running(), now(), staff.id)
    world = _one_of_everything(staff.id)
    _send()
    return world


def draft() -> int:
    """A reminder that is still being written."""
    made = create_from_file(CONGRESS / "campaign.toml")
    with transaction():
        found = db.session.get_one(Campaign, made.id)
        found.name, found.purpose = "Relance de celles et ceux qui n’ont pas encore répondu", CampaignPurpose.REMINDER
    return found.id


def people_of_the_house() -> User:
    """Who may do everything."""
    with transaction():
        return db.session.scalars(select(User).order_by(User.id).limit(1)).one()


def _running() -> Campaign:
    return db.session.scalars(select(Campaign).order_by(Campaign.id).limit(1)).one()


def _send() -> None:
    with service.sender() as sender:
        sender.send_due()


def _reached(draw: random.Random) -> Sequence[int]:
    """Invitations whose message arrived, in any order; the one with the long name is left alone."""
    found = db.session.scalars(
        select(Invitation.id)
        .join(Message, Message.invitation_id == Invitation.id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Message.state == MessageState.SENT, Contact.given_name != LONG)
        .order_by(Invitation.id)
    ).all()
    return draw.sample(found, len(found))


def _answer(number: int, draw: random.Random) -> None:
    """Give one answer; a full workshop keeps somebody from answering, as it does in life."""
    try:
        with transaction():
            invitation = db.session.get_one(Invitation, number)
            rsvp.answer(invitation, _submission(invitation, draw), now(), reserved=True)
    except Refusal:
        db.session.rollback()


def _submission(invitation: Invitation, draw: random.Random) -> Submission:
    reply = draw.choices(list(REPLIES), list(REPLIES.values()))[0]
    if reply is Reply.REPRESENTED:
        stand_in = friend(draw.random(), 0)
        return Submission(
            reply, delegate=Delegate(stand_in.given_name, stand_in.family_name, stand_in.email, "Chargée de mission")
        )
    if reply is not Reply.YES:
        return Submission(reply)
    needs = (draw.choice(list(Need)),) if draw.random() < 0.15 else ()
    name = (invitation.contact.name if invitation.contact else "") or "Camille Roy"
    chosen = _sessions(invitation.event.sessions, draw)
    party = [Person(0, name, chosen, needs)]
    if draw.random() < 0.3:
        party.append(Person(1, f"{draw.choice(names.GIVEN_F)} {draw.choice(names.FAMILY)}", chosen[:1]))
    return Submission(
        reply, tuple(party), consent=bool(needs), words="Merci de votre invitation." * (draw.random() < 0.2)
    )


def _sessions(sessions: Sequence[Session], draw: random.Random) -> tuple[int, ...]:
    days = [one for one in sessions if one.kind is SessionKind.DAY]
    kept = days if draw.random() < 0.6 else days[:1]
    chosen = [one.id for one in kept]
    for day in kept:
        shops = [s for s in sessions if s.kind is SessionKind.WORKSHOP and s.starts_at.date() == day.starts_at.date()]
        chosen += [draw.choice(shops).id] if shops and draw.random() < 0.8 else []
    return tuple(chosen)


def _bring(number: int, draw: random.Random) -> None:
    """Somebody passes the invitation on, and whoever receives it sometimes does too."""
    for _depth in range(draw.choice((1, 1, 2, 3))):
        try:
            with transaction():
                through = db.session.get_one(Invitation, number)
                arrived = forwarding.register(through, newcomer(draw), draw.choice(list(Channel)), "fr", now())
                number = forwarding.confirm(arrived, now()).invitation.id
        except Refusal:
            db.session.rollback()
            return
        _answer(number, draw)


def newcomer(draw: random.Random) -> Newcomer:
    """Somebody whom an invitation was passed on to."""
    one, code = friend(draw.random(), 1), draw.choice(("85", "22", "35", "14", "33", "13", "31", "67", "45", "76"))
    return Newcomer(
        one.given_name, one.family_name, one.email, draw.choice(names.CAUSES), Kind.ASSOCIATION, f"{code}000"
    )


def _one_of_everything(user: int) -> people.World:
    at = now()
    with transaction():
        lady = db.session.scalars(select(Contact).where(Contact.given_name == LONG)).one()
        invitation = db.session.scalars(select(Invitation).where(Invitation.contact_id == lady.id)).one()
        coming = _somebody_coming()
        other = db.session.scalars(select(Contact).where(Contact.id != lady.id).limit(1)).one()
        pending = forwarding.register(invitation, newcomer(random.Random(1)), Channel.MAIL, "en", at)  # noqa: S311
        mail = db.session.scalars(select(Message).where(Message.invitation_id == invitation.id)).one()
        if lady.addresses:
            send_lost_links(lady.addresses[0].email, at)
        return people.World(
            event=invitation.event_id,
            campaign=mail.campaign_id,
            organisation=lady.organisation_id or 0,
            ada=lady.id,
            mandate=people.mandate(lady).id,
            invitation=invitation.id,
            key=invitation.key,
            answered=coming.key,
            pending=pending.invitation.key,
            message=mail.id,
            notice=db.session.scalars(select(Notice.id).order_by(Notice.id.desc()).limit(1)).one(),
            user=user,
            staff_session=people.session(db.session.get_one(User, user)).id,
            workshop=invitation.event.sessions[-1].id,
            import_file=importing.receive("associations.csv", SHEET.encode(), at, user).id,
            suppression=contacts.suppress("plus.rien@association.example", SuppressionReason.OPT_OUT, at).id,
            audience=people.audience().id,
            rights_request=people.rights_request().id,
            address=lady.addresses[0].id,
            pair=people.pair(lady, other).id,
            merge=people.undone_merge(lady, other).id,
            report=people.report(mail).id,
        )


def _somebody_coming() -> Invitation:
    """With a companion and a need: the longest answer."""
    return db.session.scalars(
        select(Invitation)
        .join(Answer, Answer.invitation_id == Invitation.id)
        .where(Answer.reply == Reply.YES, Answer.replaced_at.is_(None), Invitation.coming > 1)
        .order_by(Invitation.id)
        .limit(1)
    ).one()
