"""Two contacts become one, and two again, in every room."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text

from outreach.accounts.models import AuditEntry
from outreach.campaigns.models import CampaignState
from outreach.contacts import actions as contacts
from outreach.contacts.duplicates.choosing import Side
from outreach.contacts.duplicates.finding import look_through
from outreach.contacts.duplicates.models import DuplicatePair, PairState
from outreach.contacts.imports.bringing import entering, undoing
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.bringing.undoing import Taken
from outreach.contacts.imports.jobs import reasons
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate, SuppressionReason
from outreach.contacts.queries import get_contact, usable_address
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.listing import page
from outreach.database import Base, db, now, transaction
from outreach.delivery import figures, leasing, outbox
from outreach.delivery.models import Message
from outreach.delivery.outbox import Intent
from outreach.delivery.states import MessageState
from outreach.errors import NotFound, Refusal
from outreach.events.models import Event, Session
from outreach.invitations import queries as invitations
from outreach.invitations.actions import invite
from outreach.invitations.models import Invitation, InvitationState, Origin, PersonalDisplay, Reply
from outreach.invitations.stop_actions import set_measured
from outreach.links import links
from outreach.merging.actions import Undone, merge, undo
from outreach.rsvp import actions as rsvp
from outreach.rsvp.models import Answer
from outreach.rsvp.submission import Person, Submission
from tests import people
from tests.contacts.imports.files import kept, short_file

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]


def pair() -> tuple[int, int]:
    """Two records of one person; the first stays."""
    with transaction():
        people.city()
        stays = people.contact(Kind.INDIVIDUAL, "Ada", "Lefèvre", "ada@association.test", language=None)
        goes = people.contact(Kind.ASSOCIATION, "Ada", "LEFEVRE", "ada.lefevre@maison.test", house="La Ruche")
        contacts.edit_contact(goes, at=now(), phone="02 43 00 00 00")
        contacts.tag(stays, "presse", now())
        contacts.tag(goes, "bureau", now())
        contacts.tag(goes, "presse", now())
        db.session.add(Mandate(contact_id=goes.id, kind=Kind.MAYOR, constituency="Exemple", since=date(2020, 5, 25)))
        return stays.id, goes.id


def merged(stays: int, goes: int, **sides: Side) -> int:
    with transaction():
        return merge(stays, goes, sides, now()).id


def undone(number: int) -> Undone:
    with transaction():
        return undo(number, now())


def bring(*rows: str) -> int:
    number = kept(short_file(*rows))
    entering.bring_in(number, Bringer(True, reasons))
    db.session.rollback()
    return number


def invited(contact_id: int, event_id: int) -> int:
    with transaction():
        contact, event = db.session.get_one(Contact, contact_id), db.session.get_one(Event, event_id)
        return invite(event, contact, Origin.AUDIENCE, now()).id


def congress() -> int:
    with transaction():
        return people.congress().id


def sent(event_id: int, *invitations: int, state: MessageState = MessageState.SENT) -> list[int]:
    """A campaign that runs at any hour, and its message to each of these, in that state."""
    with transaction():
        mailing = people.campaign(db.session.get_one(Event, event_id))
        mailing.state, mailing.launched_at, mailing.any_hour = CampaignState.RUNNING, now(), True
        made = []
        for number in invitations:
            one = people.message(mailing, db.session.get_one(Invitation, number))
            one.state = state
            made.append(one.id)
            db.session.refresh(mailing, ["batches"])
        db.session.flush()
        figures.recount(mailing.id)
        return made


def answered(invitation_id: int, reply: Reply, later: timedelta = timedelta()) -> int:
    with transaction():
        invitation = db.session.get_one(Invitation, invitation_id)
        persons = (Person(0, "Ada Lefèvre", sessions=(invitation.event.sessions[0].id,)),)
        given = Submission(reply, persons if reply is Reply.YES else ())
        return rsvp.answer(invitation, given, now() + later).id


def fresh(table: type[Any], number: int) -> Any:
    db.session.rollback()
    return db.session.get_one(table, number, populate_existing=True)


def everything() -> dict[str, list[Any]]:
    """Every row of the tables that a merge may touch, but for what only says that there was one."""
    left_out = {"contact_merge", "contact_change", "audit_entry", "duplicate_key", "duplicate_subject"}
    told = {"campaign_figure"}
    found: dict[str, list[Any]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in left_out or not (table.name in told or "id" in table.c or table.name == "contact_tag"):
            continue
        columns = [one for one in table.c if one.name not in {"changed_at", "writer"}]
        found[table.name] = sorted(map(repr, db.session.execute(select(*columns))))
    found.pop("campaign_figure", None)
    db.session.rollback()
    return found


def test_the_survivor_says_what_both_said() -> None:
    stays, goes = pair()
    merged(stays, goes)
    one = fresh(Contact, stays)
    assert (one.family_name, one.kind, one.phone, one.language) == ("Lefèvre", Kind.ASSOCIATION, "02 43 00 00 00", "fr")
    assert one.organisation.name == "La Ruche"
    assert [address.email for address in one.in_use] == ["ada@association.test", "ada.lefevre@maison.test"]
    assert [tag.tag for tag in one.tags] == ["bureau", "presse"]
    assert [mandate.constituency for mandate in one.mandates] == ["Exemple"]


def test_a_person_chooses_whose_value_holds() -> None:
    stays, goes = pair()
    merged(stays, goes, family_name=Side.ABSORBED, kind=Side.SURVIVOR)
    one = fresh(Contact, stays)
    assert (one.family_name, one.kind) == ("LEFEVRE", Kind.INDIVIDUAL)


def test_whoever_was_absorbed_leaves_the_list_and_the_search() -> None:
    stays, goes = pair()
    merged(stays, goes)
    assert [one.id for one in page(Filters()).contacts] == [stays]
    assert [one.id for one in page(Filters(q="lefevre")).contacts] == [stays]
    assert [one.id for one in page(Filters(q="ada.lefevre@maison.test")).contacts] == [stays]
    with pytest.raises(NotFound):
        get_contact(goes)


def test_the_strictest_wish_holds() -> None:
    stays, goes = pair()
    with transaction():
        contacts.suppress("ada.lefevre@maison.test", SuppressionReason.OPT_OUT, now())
        db.session.get_one(Contact, goes).not_measured = True
    number = merged(stays, goes)
    assert usable_address(stays) is None
    assert fresh(Contact, stays).not_measured
    db.session.rollback()
    undone(number)
    assert usable_address(stays) is not None
    assert not fresh(Contact, stays).not_measured


def test_an_address_of_both_is_kept_once_for_the_longer_time() -> None:
    stays, goes = pair()
    with transaction():
        one = db.session.get_one(Contact, goes)
        contacts.edit_contact(one, at=now(), emails=["ADA@association.test", "ada.lefevre@maison.test"])
        for address in one.addresses:
            address.retain_until = date(2040, 1, 1)
    number = merged(stays, goes)
    one = fresh(Contact, stays)
    assert sorted(address.email for address in one.addresses) == ["ada.lefevre@maison.test", "ada@association.test"]
    assert {address.retain_until for address in one.addresses} == {date(2040, 1, 1)}
    assert sum(address.preferred for address in one.addresses) == 1
    digest = links().digest("ada@association.test")
    assert db.session.scalars(select(Address.contact_id).where(Address.digest == digest)).all() == [stays]
    db.session.rollback()
    undone(number)
    assert len(db.session.scalars(select(Address.id).where(Address.digest == digest)).all()) == 2


def test_an_address_that_one_of_them_still_uses_is_written_to_and_keeps_its_mandate() -> None:
    stays, goes = pair()
    with transaction():
        held = db.session.scalars(select(Mandate.id).where(Mandate.contact_id == goes)).one()
        (old,) = db.session.get_one(Contact, stays).addresses
        old.email, old.retired_at, old.preferred = "Ada.Lefevre@maison.test", now(), False
        (used,) = db.session.get_one(Contact, goes).addresses
        used.mandate_id = held
    before = everything()
    number = merged(stays, goes)
    (one,) = fresh(Contact, stays).addresses
    assert (one.retired_at, one.preferred, one.mandate_id) == (None, True, held)
    assert usable_address(stays) is not None
    db.session.rollback()
    assert undone(number).left == 0
    assert everything()["address"] == before["address"]


def test_a_mandate_that_is_over_closes_none_that_is_held_and_an_honour_is_no_office() -> None:
    stays, goes = pair()
    kind, place, began, over = Kind.MAYOR, "Exemple", date(2014, 4, 1), date(2020, 5, 24)
    with transaction():
        db.session.add(Mandate(contact_id=stays, kind=kind, constituency=place, since=began, until=over))
        db.session.add(Mandate(contact_id=stays, kind=kind, constituency="Ailleurs", honorary=True))
        db.session.add(Mandate(contact_id=goes, kind=kind, constituency="Ailleurs"))
        db.session.add(Mandate(contact_id=goes, kind=kind, constituency=place))
        db.session.add(Mandate(contact_id=goes, kind=kind, constituency=place, since=began))
    merged(stays, goes)
    held = {(one.constituency, one.honorary, one.since, one.until) for one in fresh(Contact, stays).mandates}
    assert held == {
        (place, False, began, over),
        (place, False, None, None),
        (place, False, date(2020, 5, 25), None),
        ("Ailleurs", True, None, None),
        ("Ailleurs", False, None, None),
    }


def test_no_history_tells_of_the_other_person_once_a_merge_is_undone() -> None:
    stays, goes = pair()
    with transaction():
        user = people.member().id
    histories = select(ContactChange.contact_id, ContactChange.field, ContactChange.before, ContactChange.after)
    before = set(db.session.execute(histories))
    db.session.rollback()
    with transaction():
        number = merge(stays, goes, {}, now(), user).id
    assert (stays, "phone", "", "02 43 00 00 00") in set(db.session.execute(histories))
    db.session.rollback()
    with transaction():
        undo(number, now(), user)
    assert set(db.session.execute(histories)) - before == {(stays, "merged", f"#{goes}", "")}


def test_an_invitation_goes_along_with_its_link() -> None:
    stays, goes = pair()
    event = congress()
    theirs = invited(goes, event)
    merged(stays, goes)
    one = fresh(Invitation, theirs)
    assert (one.contact_id, one.state, one.joined_to_id) == (stays, InvitationState.OPEN, None)


def test_where_both_were_invited_the_latest_answer_holds_and_the_other_is_kept() -> None:
    stays, goes = pair()
    event = congress()
    own, theirs = invited(stays, event), invited(goes, event)
    earlier, later = answered(own, Reply.YES), answered(theirs, Reply.NO, timedelta(minutes=1))
    number = merged(stays, goes)
    leads, joined = fresh(Invitation, theirs), fresh(Invitation, own)
    assert (leads.contact_id, leads.reply, leads.state) == (stays, Reply.NO, InvitationState.OPEN)
    assert (joined.state, joined.reply, joined.joined_to_id) == (InvitationState.MERGED, None, theirs)
    kept = {one.id: one.replaced_at for one in db.session.scalars(select(Answer).where(Answer.invitation_id == theirs))}
    assert set(kept) == {earlier, later}
    assert (kept[later], kept[earlier] is None) == (None, False)
    assert db.session.scalars(select(Session.taken)).all() == [0] * 6
    db.session.rollback()
    undone(number)
    back = fresh(Invitation, own)
    assert (back.contact_id, back.reply, back.coming) == (stays, Reply.YES, 1)
    assert fresh(Answer, earlier).replaced_at is None
    assert sum(db.session.scalars(select(Session.taken))) == 1


def test_nobody_is_written_to_twice_about_one_campaign() -> None:
    stays, goes = pair()
    event = congress()
    own, theirs = invited(stays, event), invited(goes, event)
    first, second = sent(event, own, theirs, state=MessageState.QUEUED)
    with transaction():
        db.session.get_one(Message, second).state = MessageState.SENT
        figures.recount(db.session.get_one(Message, second).campaign_id)
    number = merged(stays, goes)
    assert (fresh(Message, first).state, fresh(Message, second).state) == (MessageState.CANCELLED, MessageState.SENT)
    campaign = fresh(Message, first).campaign_id
    assert figures.counts(campaign) == {MessageState.CANCELLED: 1, MessageState.SENT: 1}
    assert fresh(Invitation, theirs).contact_id == stays
    db.session.rollback()
    undone(number)
    assert fresh(Message, first).state is MessageState.QUEUED
    assert figures.counts(campaign) == {MessageState.QUEUED: 1, MessageState.SENT: 1}


def test_a_message_in_hand_and_not_announced_goes_back_and_is_written_anew() -> None:
    stays, goes = pair()
    event = congress()
    theirs = invited(goes, event)
    (number,) = sent(event, theirs, state=MessageState.QUEUED)
    with transaction():
        leases = leasing.lease(Message, "a sender", 10, now())
    assert [one.id for one in leases] == [number]
    merged(stays, goes)
    one = fresh(Message, number)
    assert (one.state, one.owner, one.invitation_id) == (MessageState.QUEUED, None, theirs)
    address = "ada.lefevre@maison.test"
    db.session.rollback()
    with transaction():
        intents = [Intent(lease, address, links().digest(address), {}) for lease in leases]
        assert outbox.intend(Message, intents, now()) == set()
        outbox.decline(Message, intents, now())
    assert fresh(Message, number).state is MessageState.QUEUED
    assert figures.counts(one.campaign_id) == {MessageState.QUEUED: 1}


def test_a_message_that_was_announced_is_recorded_and_the_other_one_held_back() -> None:
    stays, goes = pair()
    event = congress()
    own, theirs = invited(stays, event), invited(goes, event)
    first, second = sent(event, own, theirs, state=MessageState.QUEUED)
    with transaction():
        lease = next(one for one in leasing.lease(Message, "a sender", 10, now()) if one.id == second)
        intent = Intent(lease, "ada.lefevre@maison.test", links().digest("ada.lefevre@maison.test"), {})
        assert outbox.intend(Message, [intent], now()) == {second}
    merged(stays, goes)
    assert fresh(Message, first).state is MessageState.CANCELLED
    db.session.rollback()
    with transaction():
        assert outbox.record(Message, [outbox.Result(lease, MessageState.SENT, None, 250)], now()) == 1
    assert fresh(Message, second).state is MessageState.SENT


def test_newcomers_and_delegates_stay_with_the_person() -> None:
    stays, goes = pair()
    event = congress()
    own, theirs = invited(stays, event), invited(goes, event)
    with transaction():
        through, place = db.session.get_one(Invitation, theirs), db.session.get_one(Event, event)
        came = invite(place, people.ccas(), Origin.SHARE, now(), parent=through)
        sends = invite(place, people.mayor(), Origin.DELEGATE, now(), represents=through)
        through.brought = 1
        numbers = came.id, sends.id
    merged(stays, goes)
    came, sends = fresh(Invitation, numbers[0]), fresh(Invitation, numbers[1])
    assert (came.parent_id, came.root_id, sends.represents_id) == (own, own, own)
    assert (fresh(Invitation, own).brought, fresh(Invitation, theirs).brought) == (1, 0)


def test_an_undo_puts_everything_back() -> None:
    stays, goes = pair()
    first, second = congress(), congress()
    own, theirs, alone = invited(stays, first), invited(goes, first), invited(goes, second)
    answered(own, Reply.YES), answered(theirs, Reply.YES, timedelta(minutes=1)), answered(alone, Reply.EXCUSED)
    sent(first, own, theirs), sent(second, alone, state=MessageState.QUEUED)
    look_through()
    before = everything()
    number = merged(stays, goes)
    assert everything() != before
    assert undone(number) == Undone(stays, goes, 0)
    assert everything() == before


def test_what_was_changed_since_stays_when_a_merge_is_undone() -> None:
    stays, goes = pair()
    number = merged(stays, goes)
    with transaction():
        contacts.edit_contact(get_contact(stays), at=now(), phone="01 00 00 00 00")
    assert undone(number).left == 1
    assert (fresh(Contact, stays).phone, fresh(Contact, goes).phone) == ("01 00 00 00 00", "02 43 00 00 00")


def test_a_merge_is_undone_though_somebody_whom_one_resembled_is_gone() -> None:
    stays, goes = pair()
    with transaction():
        third = people.contact(Kind.INDIVIDUAL, "Adèle", "Lefèvre").id
        told = {"score": 80, "reasons": {}, "found_at": now(), "state": PairState.OPEN}
        db.session.add(DuplicatePair(first_id=goes, second_id=third, **told))
    number = merged(stays, goes)
    with transaction():  # as an import that is taken back does
        for table in (ContactChange, Address):
            db.session.execute(delete(table).where(table.contact_id == third))
        db.session.execute(delete(Contact).where(Contact.id == third))
    assert undone(number).left == 1
    assert fresh(Contact, goes).erased_at is None


def test_merges_are_undone_from_the_last_to_the_first() -> None:
    stays, goes = pair()
    with transaction():
        third = people.contact(Kind.INDIVIDUAL, "Ada", "Lefèvre", "ada@ailleurs.test").id
    first, second = merged(stays, goes), merged(third, stays)
    assert fresh(Contact, goes).merged_into_id == third
    db.session.rollback()
    with pytest.raises(Refusal, match="Undo that first"):
        undone(first)
    db.session.rollback()
    undone(second)
    assert fresh(Contact, goes).merged_into_id == stays
    db.session.rollback()
    undone(first)
    with pytest.raises(Refusal, match="undone already"):
        undone(first)


def test_what_was_told_apart_from_one_is_apart_from_both() -> None:
    stays, goes = pair()
    with transaction():
        third = people.contact(Kind.INDIVIDUAL, "Ada", "Lefebvre").id
        db.session.add(
            DuplicatePair(
                first_id=goes, second_id=third, score=75, reasons={}, state=PairState.DIFFERENT, found_at=now()
            )
        )
    number = merged(stays, goes)
    asked = select(DuplicatePair.state).where(DuplicatePair.first_id == stays, DuplicatePair.second_id == third)
    assert db.session.scalars(asked).all() == [PairState.DIFFERENT]
    db.session.rollback()
    undone(number)
    assert db.session.scalars(asked).all() == []


def test_two_merges_at_once_make_one(app: Flask) -> None:
    stays, goes = pair()
    with transaction():
        third = people.contact(Kind.INDIVIDUAL, "Ada", "Lefèvre").id
    said: list[str] = []

    def at_once(survivor: int) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                try:
                    merged(survivor, goes)
                    said.append("merged")
                except Refusal:
                    said.append("refused")
                finally:
                    db.session.remove()

        return work

    threads = [threading.Thread(target=at_once(one)) for one in (stays, third)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["merged", "refused"]


def test_a_contact_is_not_merged_with_itself_nor_twice() -> None:
    stays, goes = pair()
    with pytest.raises(Refusal, match="itself"):
        merged(stays, stays)
    db.session.rollback()
    merged(stays, goes)
    with pytest.raises(Refusal, match="meanwhile"):
        merged(stays, goes)


def test_a_merge_is_written_into_the_log_and_the_history() -> None:
    stays, goes = pair()
    merged(stays, goes)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.merged")).one()
    assert (entry.subject_id, entry.details) == (stays, {"absorbed": goes})
    fields = set(db.session.scalars(text("SELECT field FROM contact_change WHERE contact_id = :id"), {"id": stays}))
    assert {"merged", "phone", "kind", "organisation"} <= fields
    assert db.session.scalars(select(ContactTag).where(ContactTag.contact_id == goes)).all() == []


def test_who_came_with_a_file_and_was_only_compared_leaves_with_it() -> None:
    with transaction():
        people.contact(Kind.MAYOR, "Zoe", "BECHU", "zoe@ailleurs.test", postal_code="49650")
    number = bring("Béchu;Zoé;F;mairie@allonnes.example;Exemple;49650;0241520030")
    look_through()
    assert len(db.session.scalars(select(DuplicatePair.id)).all()) == 1
    db.session.rollback()
    with transaction():
        assert undoing.undo(undoing.undoable(number), now(), None).removed == 1
    assert db.session.scalars(select(DuplicatePair.id)).all() == []


def test_taking_an_import_back_after_a_merge_takes_nothing_that_the_other_had() -> None:
    row = "Béchu;Zoé;F;mairie@allonnes.example;Exemple;49650;"
    bring(row)
    with transaction():
        stays = db.session.scalars(select(Contact.id)).one()
        goes = people.contact(Kind.MAYOR, "Zoe", "BECHU", "zoe@b.example", postal_code="49650").id
    number = bring(row.replace("mairie@allonnes.example", "mairie@allonnes.example ou zoe@b.example"))
    first = merged(stays, goes)
    assert undoing.prospect(undoing.undoable(number)) == Taken(0, 0, 0, 1)
    db.session.rollback()
    with transaction():
        undoing.undo(undoing.undoable(number), now(), None)
    assert {one.email for one in fresh(Contact, stays).in_use} == {"mairie@allonnes.example", "zoe@b.example"}
    db.session.rollback()
    undone(first)
    assert [one.email for one in fresh(Contact, goes).in_use] == ["zoe@b.example"]


def test_no_file_and_no_form_brings_back_who_was_merged() -> None:
    rows = ("Béchu;Zoé;F;mairie@allonnes.example;Exemple;49650;0241520030", "Bechu;Z.;;;Exemple;49650;")
    with transaction():
        user = people.member().id
    bring(*rows)
    first, second = db.session.scalars(select(Contact.id).order_by(Contact.id)).all()
    db.session.rollback()
    with transaction():
        merge(first, second, {}, now(), user)
    bring(*rows)
    assert [one.id for one in page(Filters()).contacts] == [first]
    one = fresh(Contact, first)
    assert (one.given_name, one.family_name) == ("Zoé", "Béchu")
    again = contacts.find_person("mairie@allonnes.example", "Z.", "BECHU")
    assert again is not None
    assert again.id == first


def test_an_agreement_taken_back_forgets_the_displays_of_both_contacts() -> None:
    stays, goes = pair()
    event = congress()
    own, theirs = invited(stays, event), invited(goes, event)
    with transaction():
        mailing = people.campaign(db.session.get_one(Event, event)).id
        today = now().date()
        for number in (own, theirs):
            shown = PersonalDisplay(invitation_id=number, campaign_id=mailing, first_on=today, last_on=today)
            db.session.add(shown)
    merged(stays, goes)
    with transaction():
        one = invitations.find_invitation(event, stays)
        assert one is not None
        set_measured(one, False, now())
    assert db.session.scalars(select(PersonalDisplay)).all() == []
