"""Decides whether an image was fetched for somebody who looks, or by a machine that looks at everything."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from outreach.tracking.models import Reader

_CARRIES_PEOPLE = re.compile(r"GoogleImageProxy|YahooMailProxy", re.IGNORECASE)
"""Proxies that fetch when a person displays the message, though lists of robots name them."""

_MACHINE = re.compile(
    r"bot\b|bots\b|crawl|spider|scan|preview|prefetch|monitor|check|curl/|wget/|python|java/|go-http|okhttp|libwww|"
    r"httpclient|headless|phantom|barracuda|proofpoint|mimecast|safelinks|symantec|fireeye|trendmicro|sophos|vade|"
    r"ironport|messagelabs|zscaler|urldefense|cloudmark|slackbot|facebookexternalhit|whatsapp/|linkedin",
    re.IGNORECASE,
)
"""Gateways and programs that open every link; a short list of our own, agents only."""

_BARE = "mozilla/5.0"
AT_ONCE = timedelta(seconds=10)
"""Sooner after a message was sent nobody looks at it; a gateway on the way does."""


READ = ("User-Agent", "Purpose", "Sec-Purpose", "X-Moz")
"""The headers that tell."""


def reader(method: str, headers: Mapping[str, str]) -> Reader:
    """Who asked for an image. HEAD, prefetching, an empty agent and exactly `Mozilla/5.0` are machines."""
    agent = headers.get("User-Agent", "").strip()
    purposes = f"{headers.get('Purpose', '')} {headers.get('Sec-Purpose', '')} {headers.get('X-Moz', '')}".lower()
    if method != "GET" or "prefetch" in purposes or "preview" in purposes:
        return Reader.MACHINE
    if _CARRIES_PEOPLE.search(agent):
        return Reader.PERSON
    if not agent or agent.lower() == _BARE or _MACHINE.search(agent):
        return Reader.MACHINE
    return Reader.PERSON


def of_copy(seen_by: Reader, sent_at: datetime | None, at: datetime) -> Reader:
    """The same of an image that names whose copy it is, so that it is known when that one was sent; None: not yet."""
    return Reader.MACHINE if sent_at is None or at - sent_at < AT_ONCE else seen_by
