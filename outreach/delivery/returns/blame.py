"""What mail servers say when they refuse a message, gathered by whom or what they blame."""

import re
from typing import Final

from outreach.delivery.returns.outcomes import Cause
from outreach.delivery.returns.wording import any_of

_WHO: Final = (
    r"(?:"
    r"user|recipient|mail ?box|mail ?drop|addressee|address(?:es)?|account|local[- ]?part|alias|customer|"
    r"person|destinataire|utilisateur|adresse|boite|compte|receiver|login|maildir"
    r")s?"
)
_GONE: Final = (
    r"(?:"
    r"unknown|not known|not found|no longer (?:exists?|valid|available|here|active|in use|on server|with)|"
    r"not (?:a )?(?:valid|recogni[sz]ed|listed|here|local|present)|"
    r"(?:does|do|did|dos)(?: not|n[o']?t) exists?|invalide?|(?:not|n't) exist|non[- ]?exist[ae]nt|"
    r"undeliverable|unrecogni[sz]ed|unroute?able|unavailable|not available|not active|inactive|inconnue?|n'existe pas|"
    r"introuvable|(?:not|\S*n't) be found"
    r")"
)
_NONE: Final = (
    r"(?:"
    r"unknown|no such|no valid|invalid|bad|non[- ]?exist[ae]nt|undefined|unrecogni[sz]ed|illegal|ambiguous|"
    r"aucun"
    r")"
)

_BOX: Final = r"(?:account|mail ?box|user|recipient|address|compte)"

CLEAR: Final[tuple[tuple[Cause, re.Pattern[str]], ...]] = (
    (
        Cause.REFUSED,
        any_of(
            r"""
    sender(?:'s)? (?:address|domain|verif|id|is|was|does|reject|den|not|unknown|ip|invalid|ok)|service here for you
    allowed rcpthosts|local user only|mail ?from (?:is )?mismatch|auth failed|no permit
    domain of sender|return[- ]path|(?:envelope|from) (?:sender|address)\b|sender address|from:\s
    expediteur|valid from|(?:verify|verification) (?:of )?sender|sending (?:domain|server|ip|host|mta)
    relay(?:ing)? (?:access )?(?:is )?(?:denied|not|prohibited|disallowed)|relaying
    not (?:permitted|allowed) to relay|(?:unable|cannot|can't|do not|don't|no|not) (?:to )?relay|\bspf\b
    \bdkim\b|\bdmarc\b|reverse (?:dns|hostname|lookup)|\bptr\b|\bhelo\b|\behlo\b|smtp auth
    client host|your (?:host|ip|domain|server|client)\S* (?:\S+ ){0,2}?(?:not|does|is|has|was)\b
    authentication (?:is )?required|unauthenticated|authentification
    """
        ),
    ),
    (
        Cause.FULL,
        any_of(
            r"""
    (?:over|exceed(?:s|ed|ing)?|out of|above|past)\s+(?:\S+\s+){0,4}?(?:quota|storage|disk|space allo)
    quota (?:is )?(?:exceed|reach|full|depass|limit)|over ?quota
    (?:mail ?box|inbox|folder|account|disk|mail ?drop|user|maildir)\S* (?:(?:is|are|too|has) )*(?:full|too large)
    mail ?box exceed\S*|exceeding (?:their|its|his|her) quota
    full mail ?box|mail ?box\S* (?:size|quota|limit)|exceed\S* (?:\S+ ){0,6}mail ?box
    not enough (?:\S+ )?(?:space|room|storage)|insufficient (?:\S+ )?(?:storage|space|disk)
    (?:too much|too many) (?:\S+ )?(?:mail|data|messages) in (?:the |its )?(?:mail ?box|inbox)
    (?:disk|storage|mail ?box) space|no space left|boite (?:\S+ ){0,4}?(?:pleine|satur)|out ?of ?space
    storage limit|quota\b
    """
        ),
    ),
    (
        Cause.TOO_LARGE,
        any_of(
            r"""
    (?:message|mail|size|body|line|header)\S* (?:\S+ ){0,4}?(?:too (?:big|large|long)|exceeds?|larger than)
    exceed\S* (?:\S+ ){0,6}?(?:size|length|limit)|(?:max\S*|message) (?:\S+ )?size|too big
    trop volumineux
    """
        ),
    ),
    (
        Cause.NO_MAIL,
        any_of(
            r"""
    (?:does|do|did|will) ?(?:n[o']?t|not) (?:receive|accept|handle|take) (?:any )?(?:e?-?mail|messages)\b(?! from)
    null ?mx|no (?:mail|smtp) service(?! here for you)|accepts? no mail|not a mail (?:server|host|exchanger)
    reject all mails|(?:host|domain|server)\S* (?:\S+ ){0,3}?not accept\S* (?:any )?e?-?mail\b(?! from)
    receiving disabled|no longer accept(?:s|ing)? (?:e?-?mail|messages)|sends and receives no e?-?mail
    not available for this domain
    (?:mail|messages) (?:is |are )?not accepted (?:here|at this (?:host|domain|server))
    """
        ),
    ),
    (
        Cause.DISABLED,
        any_of(
            r"""
    {box}\S* (?:\S+ ){0,6}?(?:disabled|suspended|deactivated|blocked|locked|frozen|closed)(?! or (?:does|non|inva|unkn))
    {box}\S* (?:\S+ ){0,6}?(?:expired|on hold|discontinued|restricted|limited)
    {box}\S* (?:\S+ ){0,6}?(?:not activated|not enabled)
    (?:boite|compte|adresse) (?:\S+ ){0,6}?(?:desactivee?|suspendue?|fermee?|archivee?)
    (?:user|account|mail ?box) (?:is |has been |was )?(?:terminated|archived|deleted for|quarantined)
    mail ?box is frozen
    (?:account|mail ?box) is not active
    account\S* (?:\S+ ){0,7}inactive(?! or non)|extended inactivity|temporarily inactive|/inactive
    (?:disabled|suspended|deactivated|locked|frozen|closed|expired) (?:account|mail ?box|user|recipient)
    unavailable or access denied|temporarily (?:\S+ )?(?:disabled|suspended)|suspend the service
    (?:currently|temporarily) (?:\S+ ){0,3}?(?:not available|unavailable|not accept)
    (?:does|do) not wish to receive|refuse[sd]? to receive|has been blocked by
    not accepting (?:mail|messages) from|disabled recipient
    """,
            box=_BOX,
        ),
    ),
    (
        Cause.MOVED,
        any_of(
            r"""
    (?:user|recipient|mail ?box|address|account|person)\S* (?:\S+ ){0,4}?(?:moved|changed|been replaced)\b
    no longer on server|no forwarding address|new address is|please (?:use|try) (?:the )?(?:new )?(?:address )?X\b
    """
        ),
    ),
    (
        Cause.UNREACHED,
        any_of(
            r"""
    time[sd]?[- ]?out|connection (?:was |has been )?(?:refused|dropped|reset|lost|closed|fail)
    no route to host|(?:network|host|server|mx)\S* (?:is |are )?(?:unreachable|not reachable|down)
    network error|(?:could|can|can)(?: ?not|n't) (?:\S+ ){0,2}?connect
    unable to (?:connect|establish|reach)|(?:able|not) to establish an smtp
    did not accept our requests to connect|not respond|no answer from host
    (?:delivery|message|mail|retry|queue|envelope)\S* (?:\S+ ){0,3}?expired|in (?:the |our )?queue
    retry time|too many hops|(?:mail|routing|forwarding|looping)\S* loop|loops? back|hop count
    loop(?:ing)? detected|loop alert|aborted after|best-preference mx|points to local host
    cannot send message (?:\S+ ){0,2}?within
    (?:within|in) the time limit|connection died|allowed queue period|failed \d+ attempts|not delivered within \d
    read error from
    after (?:\S+ )?(?:\d+|several|many) (?:attempts|tries|retries)|max(?:imum)? (?:delivery )?(?:attempts|retries)
    is not responding
    deliver\S* for \d+ (?:days?|hours?)|not (?:been )?collected after|sender thread limit
    service not available, closing
    (?:was|been|for) (?:\S+ )?delayed|gave up
    try(?:ing)? to deliver\S* (?:\S+ ){0,6}?for \d|could not be delivered for more than
    not deliver for the last
    temporar(?:y|ily) (?:failure|problem|unavailable|error|lookup|rejected|deferred)|servfail
    try again later|not yet been delivered|has not been delivered|connection (?:time|attempt)
    find a gateway|too busy|essayer plus tard|system\S* busy|resources temporarily|host name lookup failure
    connection (?:\S+ ){0,3}?is broken
    """
        ),
    ),
    (
        Cause.NO_DOMAIN,
        any_of(
            r"""
    host (?:or domain name )?not found
    (?:unknown|no such|invalid|illegal|bad|non-?existent) (?:mail )?(?:host|domain)
    (?:host|domain)\S*(?: \S+)?(?: name)? (?:is |was )?(?:unknown|not known|unreachable|not reachable|not found)
    (?:host|domain)\S*(?: \S+)?(?: name)? (?:is |was )?(?:invalid|unroute?able|illegal)
    (?:host|domain)\S*(?: \S+)? (?:could(?: not|n't) be found|does(?: not|n't) (?:exist|resolve))
    domaine (?:\S+ ){0,2}(?:n'existe pas|inconnu)|name (?:or )?service (?:error|not known)|nxdomain
    couldn't find any host|can(?:not|'t) (?:find|resolve) (?!(?:the )?(?:user|recipient|mail ?box|account))
    no (?:mx|a|dns|such) (?:\S+ ){0,2}?(?:record|exist|found|host|domain)
    domain (?:\S+ ){0,4}?(?:does(?: not|n't) exist|no longer|expired|not (?:be )?found|must exist|couldn't be found)
    domain (?:\S+ ){0,4}?(?:is not (?:valid|reachable)|mentioned in)|account or domain may not
    all relevant mx records|unable to (?:resolve|look ?up)|unroute?able (?:mail )?domain
    domaine (?:\S+ )?inconnu|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+ (?:does not exist|not found|is unknown)
    non-?existent ?domain|no route found to domain|answer with no data|(?:could|can)(?: ?not|n't) (?:be )?resolved?\b
    no (?:\S+ ){1,5}?(?:record|entry)s?\b (?:\S+ )?(?:for|found|exist)|no dns entry|not configured with mx
    domain (?:\S+ ){0,3}?not (?:be )?(?:registered|configured|resolved)
    """
        ),
    ),
    (
        Cause.NO_ADDRESS,
        any_of(
            r"""
    {none} (?:\S+ ){0,2}?{who}\b|{who}\b\S*(?: \S+){0,8}? {gone}
    not (?:our|a|my) (?:customer|client|user|local user|user here|known user)|no ?mail ?box here
    no mail ?box (?:\S+ ){0,4}?(?:found|available|by that name|for this)|server rejected recipients|bad ?recipient
    not a valid (?:recipient|user|address|mail ?box)|not known (?:at|here|to)|(?:can't|cannot) accept user
    \bdoes(?: not|n't) exist|no one (?:here )?by that name|no ?one at this address
    (?:does|do)(?: not|n't) have an? (?:\S+ )?(?:account|mail ?box)|not have an? (?:e?mail )?account
    n't found at|not found at|maybe you have mistyped|wrong or no longer
    check (?:if|that|whether) (?:the )?address
    (?:could|can)(?:not|n't| not) (?:find|locate|accept) (?:\S+ ){0,3}?(?:user|recipient|mail ?box|account|person)
    not listed in
    (?:not|isn't) (?:\S+ )?in (?:\S+ ){0,2}(?:directory|list of|address ?book|alias|users|validrcptto)
    (?:inactive|closed|disabled) or (?:non-?existent|does not exist|invalid)
    no longer (?:employed|works|with us|a member|an? employee|valid|at this)
    has left the (?:company|organi[sz]ation|firm|school)|unable to find (?:\S+ ){1,3}?in (?:our|the)
    rcpt X? ?(?:to )?not found
    no ?one with that (?:e?-?mail )?address|path no exist|not like recipient|incorrectly addressed
    not a member of domain
    (?:was |is )?not (?:be )?found in
    (?:unable to|cannot|could not|can't|failed to) (?:find|locate|look ?up) (?:\S+ )?(?:alias|user|recipient|mail ?box)
    (?:user|recipient|address|account)\S* (?:\S+ ){0,3}?(?:could not|cannot|can't) be (?:verified|located|found)
    (?:^|\d )address rejected\W*$|no such id\b|cannot deliver mail for|undeliverable address|name not allowed
    address couldn't be found|(?:invalid|unknown) final delivery userid|no matches? to (?:name ?server|directory)
    (?:user|recipient|address|mail ?box|account) (?:is )?not (?:on|at) this
    cannot find (?:the )?(?:user|recipient|mail ?box|account)|not a valid user|did not exactly match
    no user|user ?unknown|unroute?able address|addresse? ?unknown|recip(?:ient)? ?not ?found|bad ?rcpt
    no account by that name|no existe|mail ?box unavailable
    (?:is|was) not (?:a|an) (?:known|valid|active) (?:user|recipient|address|mail)
    not (?:a )?known (?:user|recipient)|invalid (?:user|recipient|address)
    recipient is not (?:local|accepted)|recipients? (?:were|was) (?:rejected|undeliverable|unknown)
    user not active|missing home|(?:inactive|dormant) (?:e-?mail )?(?:user|recipient|mail|address)
    mail ?box is inactive|destinataire invalide|5\.1\.0 address rejected|見つかり|存在しません|ありません
    """,
            who=_WHO,
            gone=_GONE,
            none=_NONE,
        ),
    ),
    (
        Cause.REFUSED,
        any_of(
            r"""
    \bspam|junk|unsolicited|\bube\b|bulk e?-?mail|virus|malware|infected|phish|black ?-?list
    block(?:ed|list| list)|reputation|\bpolic(?:y|ies)|access (?:is )?denied|permission denied
    not (?:authori[sz]ed|permitted)|unauthori[sz]ed|banned|prohibited|forbidden|\brbl|dnsbl|grey-?list
    """
        ),
    ),
)
"""Words that leave no doubt. The first line that fits decides: what blames the sender comes before the recipient."""

VAGUE: Final[tuple[tuple[Cause, re.Pattern[str]], ...]] = (
    (
        Cause.REFUSED,
        any_of(
            r"""
    reject|refus|not allowed|content|restrict|\brate\b|too many|too fast|security|complain
    duplicate header|format|denied|abus|not accept
    """
        ),
    ),
    (
        Cause.BROKEN,
        any_of(
            r"""
    (?:service|system|server|program|local|internal|configuration) (?:\S+ )?(?:error|unavailable|failure|problem|fault)
    failed to read|command (?:unrecogni|not|time)|syntax error|transaction failed
    exit(?:ed)? (?:code|status)
    """
        ),
    ),
)
"""Words that say something only where nothing else does, not even the code."""
