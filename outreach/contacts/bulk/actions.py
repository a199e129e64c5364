"""Changes many contacts at once, in a few statements; each keeps its history. Whoever calls commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, delete, exists, func, insert, literal, select, type_coerce, update

from outreach.accounts.actions import record
from outreach.contacts.bulk.asking import Rules
from outreach.contacts.bulk.changes import Change, What, check_tag_stays
from outreach.contacts.duplicates.aliases import keep_present_of
from outreach.contacts.holding import those_who_stay
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, ContactChange, ContactTag
from outreach.contacts.searching.indexing import chunks, reindex
from outreach.database import COUNTED, affected, among, db

AT_ONCE: Final = 50_000
_COLUMNS: Final[dict[What, Any]] = {
    What.KIND: Contact.kind,
    What.LANGUAGE: Contact.language,
    What.DEPARTMENT: Contact.department,
}


def change_all(numbers: Sequence[int], change: Change, at: datetime, user_id: int, rules: Rules) -> int:
    """Make the change on all these contacts; how many it changed. The others were so already, or are erased.

    Raises Refusal when it would take off everybody a tag that a rule names.
    """
    changed = _change(numbers, change, at, user_id)
    if change.what is What.UNTAG and not _has_holders(change.value):
        check_tag_stays(rules.naming(change.value))
    return changed


def rename_tag(old: str, new: str, at: datetime, user_id: int, rules: Rules) -> int:
    """Give a tag another name, or merge it into one that is there, in the rules too; how many contacts have it."""
    if old == new:
        return 0
    numbers = holders(old)
    _change(numbers, Change(What.TAG, new), at, user_id)
    rules.rename(old, new, at, user_id)
    return _change(numbers, Change(What.UNTAG, old), at, user_id)


def holders(tag: str) -> Sequence[int]:
    """The contacts that have a tag."""
    return db.session.scalars(select(ContactTag.contact_id).where(ContactTag.tag == tag)).all()


def _has_holders(tag: str) -> bool:
    return db.session.scalar(select(exists().where(ContactTag.tag == tag))) or False


def _change(numbers: Sequence[int], change: Change, at: datetime, user_id: int) -> int:
    act = {What.TAG: _tag, What.UNTAG: _untag}.get(change.what, _set)
    in_turn = chunks(sorted(numbers), AT_ONCE)
    changed = sum(act(those_who_stay(some), change, at, user_id) for some in in_turn)
    if changed:
        told = {} if change.what in {What.TAG, What.UNTAG} else {"value": change.value}  # a tag may name somebody
        record("contact.bulk_changed", "contact", None, user_id, what=change.what, count=changed, **told)
    return changed


def _set(numbers: Sequence[int], change: Change, at: datetime, user_id: int) -> int:
    column = _COLUMNS[change.what]
    before = func.coalesce(type_coerce(column, String), "")
    concerned = (among(Contact.id, numbers), Contact.erased_at.is_(None), before != change.value)
    _keep_history(select(Contact.id, *_told(change.what.value, before, change.value, at, user_id)).where(*concerned))
    if change.what is not What.LANGUAGE:
        keep_present_of(concerned)
    value = Kind(change.value) if change.what is What.KIND else change.value or None
    moved = db.session.scalars(select(Contact.id).where(*concerned)).all() if change.what is What.DEPARTMENT else ()
    changed = db.session.execute(
        update(Contact).where(*concerned).values({column.key: value, "changed_at": at}),
        execution_options={**COUNTED, "synchronize_session": False},
    )
    reindex(moved)  # how many people live in a commune is known by its département
    return affected(changed)


def _tag(numbers: Sequence[int], change: Change, at: datetime, user_id: int) -> int:
    has = select(ContactTag.tag).where(ContactTag.contact_id == Contact.id, ContactTag.tag == change.value)
    concerned = (among(Contact.id, numbers), Contact.erased_at.is_(None), ~has.exists())
    told = _told("tag", literal(""), change.value, at, user_id)
    _keep_history(select(Contact.id, *told).where(*concerned))
    given = select(Contact.id, literal(change.value)).where(*concerned)
    made = insert(ContactTag).from_select(["contact_id", "tag"], given)
    return affected(db.session.execute(made, execution_options=COUNTED))


def _untag(numbers: Sequence[int], change: Change, at: datetime, user_id: int) -> int:
    concerned = (among(ContactTag.contact_id, numbers), ContactTag.tag == change.value)
    told = _told("tag", literal(change.value), "", at, user_id)
    _keep_history(select(ContactTag.contact_id, *told).where(*concerned))
    taken = delete(ContactTag).where(*concerned)
    return affected(db.session.execute(taken, execution_options={**COUNTED, "synchronize_session": False}))


def _told(field: str, before: ColumnElement[str], after: str, at: datetime, user_id: int) -> tuple[Any, ...]:
    return literal(at, ContactChange.at.type), literal(user_id), literal(field), before, literal(after)


def _keep_history(rows: Select[Any]) -> None:
    names = ["contact_id", "at", "user_id", "field", "before", "after"]
    db.session.execute(insert(ContactChange).from_select(names, rows))
