"""By which words one knows a mail about mail: who sends it, what its subject is, and what it says."""

import re
from typing import Final


def any_of(expressions: str, **parts: str) -> re.Pattern[str]:
    """Finds any of these expressions, line by line, whatever the case; `{name}` stands for a part."""
    lines = [line.strip() for line in expressions.strip().splitlines()]
    text = "|".join(lines)
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return re.compile(text, re.IGNORECASE)


DAEMON: Final = any_of(
    r"""
    mailer[-_. ]?daemon
    mail[-_. ]?delivery
    post_?master
    mail (?:system|administrator)
    undeliver
    delivery subsystem
    bounce
    """
)
MACHINE: Final = any_of(
    r"""
    mailer[-_. ]?daemon
    mail delivery (?:sub)?system
    """
)
"""Who never writes anything else."""
SENT_BACK: Final = any_of(r"automatically rejected|rejet[ée] automatiquement")
"""What a mailbox that refuses says where others acknowledge (RFC 5429)."""
COMPLAINT: Final = any_of(r"^complaint about message from")
"""The subject of a provider's feedback that is no RFC 5965."""
NOT_DELIVERED: Final = any_of(
    r"""
    undeliver
    non[- ]remis
    non d[ée]livr
    deliver\w* fail
    nicht zustell
    """
)
SUBJECT: Final = any_of(
    r"""
    undeliver
    fail(?:ure|ed)
    return(?:ed|ing) (?:e?-?mail|message|to sender)
    not (?:be )?deliver
    non[- ]?deliver
    delivery (?:status|notification|error|problem|report|has|delay|subsystem)
    delay
    mail system error
    (?:mail|message) (?:status|delivery|error)
    error sending
    bounce
    user unknown
    unknown user
    rejected
    loop alert
    non[- ]remis
    non remise
    non distribu
    non d[ée]livr
    [ée]chec
    retour
    nicht zustell
    unzustellbar
    zustell
    problem (?:de|delivering)
    considered unsolicited
    delivery (?:warning|notice|attempt|incomplete|unsuccessful)
    (?:mail|message|e-?mail) (?:bounced|rejected|refused|could not|not|was not|can(?:not|'t))
    (?:could|can)(?: ?not|n't) (?:be )?(?:deliver|send|sent)
    unable to deliver
    not (?:been )?sent
    non[- ]?receipt
    warning: (?:could not send|message)
    (?:e-?mail|message|mail) (?:blocked|quarantined|returned)
    processing error
    nameserver error
    nicht (?:\S+ )?(?:ausgeliefert|zugestellt|[üu]bermittelt)
    fehler
    [üu]bermittlungs
    no (?:se )?(?:pudo|ha podido|entregad)
    n[ãa]o (?:foi )?(?:entreg|poss)
    impossibile|non (?:recapitat|consegnat)
    niet (?:bezorgd|afgeleverd)
    退信|投递|失败|失敗|エラー|配信|送信でき|戻り|不達
    no se puede
    n[ãa]o entregue
    mancata consegna
    """
)
FAILS: Final = any_of(
    r"""
    (?:could|can|was|were|is|has|have|be)(?: ?not|n't) (?:\S+ ){0,3}?(?:deliver|sent|send|accept|reach|transmit)
    un(?:able|successful)\S{0,20} (?:\S+ ){0,3}?(?:deliver|send|transmit)
    undeliver
    deliver(?:y|ed|ing)? (?:\S+ ){0,9}?(?:fail|abort|delay|stopp|error|trouble|problem|has been delayed)
    failed to (?:deliver|send)
    delevery
    fail(?:ed|ure) (?:\S+ ){0,3}?(?:recipient|address|deliver|permanently)
    (?:permanent|fatal|delivery) (?:\S+ )?error
    (?:returned|rejected) (?:\S+ ){0,5}?(?:mail|message|sender|recipient)
    (?:was|were|is|been) (?:rejected|refused|returned|bounced)
    (?:message|mail) (?:\S+ ){0,3}?(?:rejected|not sent)
    (?:trouble|error|problem)\S{0,20} (?:\S+ ){0,5}?(?:deliver|send)
    duplicated message-id
    failure reasons?
    n[’'](?:a|ont) (?:pas|pu) (?:\S+ ){0,4}?(?:remis|d[ée]livr|distribu|envoy)
    [ée]chec de (?:la )?(?:remise|distribution)
    did not reach
    (?:did|has|have|was|were) not (?:receive|been received|collected)
    (?:has|have) been postponed
    delivery attempts? will continue
    (?:not|never) (?:delivered|accepted|sent)
    automatically rejected
    (?:message|mail|e-?mail)\S* (?:\S+ ){0,4}?(?:blocked|bounced|discarded|could not)
    (?:recipient|address|mail ?box|account)\S* (?:\S+ ){0,4}?(?:does ?n[o'’]t exist|unknown|not found|invalid)
    (?:recipient|address|mail ?box|account)\S* (?:\S+ ){0,4}?(?:rejected|disabled|is full|over quota)
    (?:unknown|invalid|no such|bad) (?:\S+ )?(?:user|recipient|address|mail ?box|host|domain|account)
    (?:user|host|domain) (?:is )?(?:unknown|not found)
    over ?quota|quota (?:is )?exceed
    (?:aborted|gave up|giving up) after
    nicht (?:\S+ ){0,4}?(?:zugestellt|ausgeliefert|[üu]bermittelt|erreicht|angenommen)
    n[’'](?:a|ont) (?:pas|pu) (?:\S+ ){0,5}?(?:atteint|achemin|transmis)
    n[’'](?:est|existe) pas (?:\S+ ){0,3}?(?:valide|connu)|n[’']existe pas
    pas pu [êe]tre (?:remis|d[ée]livr|distribu|envoy|achemin)
    no (?:se )?(?:pudo|ha podido|ha sido) (?:\S+ ){0,3}?(?:entreg|envi)
    n[ãa]o (?:p[ôo]de|foi) (?:\S+ ){0,3}?entreg|non (?:[èe] stato )?(?:possibile )?(?:recapita|consegna)
    配送できません|送信できません|お届けでき|配信でき|届きませんでした|存在しません|无法|無法|退回
    delivery errors
    mail ?box (?:is )?full
    no such user
    user unknown
    unknown user
    invalid (?:user )?address
    """
)
DELAYS: Final = any_of(
    r"""
    (?:will|is|being|be) (?:\S+ )?(?:retried|re-?tried|trying)
    warning (?:message )?only
    still (?:being|trying)
    (?:do(?:es)?|need) not (?:need to )?(?:re-?send|send)
    (?:has been|is|was) delayed
    delayed for
    no need to re-?send
    temporary failure report
    not yet been delivered
    continue (?:trying|to try)
    retard[ée]e?
    """
)
GIVEN_UP: Final = any_of(
    r"""
    fail(?:ed)? permanent
    permanent(?:ly)? (?:fail|error|fatal)
    giv(?:en|ing) up
    no further (?:delivery )?attempt
    final
    """
)
