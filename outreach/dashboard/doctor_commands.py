"""The command that looks the installation over."""

from dataclasses import asdict

import click
from flask import current_app

from outreach.accounts.queries import administrators
from outreach.console import json_option, report, with_app
from outreach.contacts.searching.fragments import has_trigrams
from outreach.dashboard import doctor as checks
from outreach.dashboard import health_queries
from outreach.database import now
from outreach.engine import task_engine
from outreach.institution.queries import institution

SIGNS = {"ok": "ok     ", "warning": "WARNING", "failure": "FAILURE", "skipped": "skipped"}


@click.command()
@json_option
@with_app
def doctor(as_json: bool) -> None:
    """Check the installation: database, relay, addresses, keys, clock, disk.

    Ends with status 1 when something fails. Connects to the relay and says EHLO; sends nothing.

    \b
    Examples:
      outreach doctor
      outreach doctor --json
    \b
    With --json: {"ok": bool, "checks": [{"name", "state": "ok|warning|failure|skipped", "says", "remedy"}]}
    """
    findings = _look()
    sound = checks.is_sound(findings)
    report({"ok": sound, "checks": [asdict(one) for one in findings]}, as_json, "\n".join(map(_line, findings)))
    if not sound:
        raise click.exceptions.Exit(1)


def _look() -> list[checks.Finding]:
    answers, revision = health_queries.readiness()
    drift = checks.clock_drift(health_queries.database_clock(), now()) if answers == "ok" else None
    findings = list(checks.check_database(answers, revision, drift))
    settings = current_app.extensions["outreach.config"]
    findings += checks.check_settings(settings)
    findings += checks.check_engine(health_queries.at_work(settings.data_dir, now()), task_engine().calls_workers)
    if (answers, revision) == ("ok", "ok"):
        findings.append(checks.check_search(has_trigrams()))
        face = institution()
        findings += checks.check_people(administrators(), bool(face.contact_email), face.privacy_email)
    return findings


def _line(finding: checks.Finding) -> str:
    line = f"{SIGNS[finding.state]}  {finding.name}: {finding.says}"
    return f"{line}\n         -> {finding.remedy}" if finding.remedy else line
