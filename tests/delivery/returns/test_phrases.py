"""How servers of many makes and tongues say the same few things."""

import pytest

from outreach.delivery.returns import causes, reports
from outreach.delivery.returns.outcomes import Cause, Kind
from tests.delivery.returns.letters import plain

SAID = {
    Cause.NO_ADDRESS: """
        550 No such mailbox here
        550 5.1.1 The account that you wrote to does not exist
        554 delivery error: this user doesn't have an account here
        550 <X>: invalid recipient, nobody of that name
        5.1.0 - Unknown address error 550-'#5.1.0 Address rejected'
        unknown local-part "x" in domain "ville.example"
        (D109) Unknown User
        User x not listed in Domino Directory
        ADDRESS_NOT_FOUND
        550 5.7.1 No such user!
        The recipient was not found in LDAP
        550 closed or non-existent account
        Utilisateur x non répertorié dans l’annuaire Domino
        L’adresse que vous avez saisie est introuvable
        La boîte aux lettres n’existe plus
        Empfänger unbekannt
        Das Postfach existiert nicht
        destinatario desconocido
        la casella non esiste
        指定された宛先が見つかりません
        收件人不存在
    """,
    Cause.NO_DOMAIN: """
        550 5.1.2 Host unknown (Name server: host not found)
        Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)
        5.1.2 - Bad destination host 'DNS Hard Error looking up ville.example (MX): NXDomain'
        could not resolve domain ville.example
        550 5.4.310 DNS domain ville.example does not exist
        car le domaine ville.example est introuvable
        Domain existiert nicht
    """,
    Cause.NO_MAIL: """
        an MX or SRV record indicated no SMTP service
        521 5.2.1 This host does not accept mail
        550 No longer accepting mail for this domain
    """,
    Cause.MOVED: """
        551 5.1.6 Mailbox has moved
        550 recipient no longer on server
        L’adresse de votre correspondant a changé
    """,
    Cause.FULL: """
        552 Requested mailbox exceeds quota
        mailbox is full (MTA-imposed quota exceeded while writing to file)
        La boîte aux lettres du destinataire est pleine
        Das Postfach des Empfängers ist voll
        メールボックスの容量が一杯です
    """,
    Cause.DISABLED: """
        550 5.2.1 The mailbox is disabled
        550 account suspended
        550 Account closed due to inactivity
        Compte désactivé
        Konto gesperrt
    """,
    Cause.REFUSED: """
        550 relay not permitted
        553 sorry, that domain isn't in my list of allowed rcpthosts (#5.5.3)
        554 Rejected for policy reasons
        450 4.7.1 Client host rejected: cannot find your hostname
        554 no SMTP service here for you
        501 5.1.0 Emetteur invalide. Invalid Sender.
        550 5.7.1 User unknown
    """,
    Cause.UNREACHED: """
        554 5.4.6 Too many hops
        Delivery failed 20 attempts: X
        Your message was not delivered within 2 days
        Could not deliver the message in the time limit specified
        Le serveur distant ne répond pas
    """,
}


@pytest.mark.parametrize(
    ("words", "cause"), [(one.strip(), why) for why in SAID for one in SAID[why].strip().splitlines()]
)
def test_it_is_understood_whoever_says_it(words: str, cause: Cause) -> None:
    assert causes.cause(words, causes.enhanced(words)) is cause


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        (
            "postmaster@ecole.example",
            "Undeliverable Mail",
            "Invalid final delivery userid: ada@ecole.example",
            Kind.BOUNCE,
        ),
        (
            "AntiVirus@usine.example",
            "Delivery failure",
            "could not be delivered to:\n\nada@usine.example\n",
            Kind.BOUNCE,
        ),
        (
            "ada@asso.example",
            "RE: Congrès : non remis",
            "Votre message n'a pas pu être remis à\nada@asso.example",
            Kind.BOUNCE,
        ),
        (
            "Postmaster@ville.example",
            "Mail Delivery Warning",
            "has been postponed: mailbox full. We will continue to try.",
            Kind.DELAY,
        ),
        (
            "=?utf-8?B?TWFpbCBEZWxpdmVyeSBTdWJzeXN0ZW0=?= <systeme@relais.example>",
            "Information",
            "<ada@asso.example>: 550 unknown user",
            Kind.BOUNCE,
        ),
        ("MAILER-DAEMON@relais.example", "退信", "<ada@asso.example>:\n用户不存在", Kind.BOUNCE),
    ],
)
def test_a_report_is_known_by_several_small_signs(sender: str, subject: str, text: str, kind: Kind) -> None:
    assert reports.read(plain(text, from_=sender, subject=subject)).outcomes[0].kind is kind


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("noreply-dmarc@fournisseur.example", "Report domain: ville.example", "An aggregate report is attached."),
        ("postmaster@ville.example", "Maintenance de la messagerie", "Le service sera interrompu ce soir."),
        ("ada@asso.example", "TR: Undelivered mail", "Voici ce que j'ai reçu : could not be delivered."),
        ("ada@asso.example", "Retour", "Mon adresse change : ada@neuve.example\nL'ancienne n'existe plus."),
    ],
)
def test_other_mail_of_postmasters_and_people_is_no_bounce(sender: str, subject: str, text: str) -> None:
    mail = plain(text, from_=sender, subject=subject, in_reply_to="<1@ville.example>")
    assert reports.read(mail).outcomes[0].kind is Kind.OTHER


def test_a_mailbox_that_sends_a_message_back_by_itself_is_a_bounce() -> None:
    mail = (
        "From: Mail Delivery Subsystem <postmaster@asso.example>\nReturn-Path: <>\n"
        "Subject: Automatically rejected mail\n"
        "Auto-Submitted: auto-replied (rejected)\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="cut"\n\n'
        "--cut\n\nYour message to <ada@asso.example> was automatically rejected:\nQuota exceeded\n"
        "--cut\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; ada@asso.example\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n--cut--\n"
    )
    (said,) = reports.read(mail.encode()).outcomes
    assert (said.kind, said.cause, said.recipient) == (Kind.BOUNCE, Cause.FULL, "ada@asso.example")


def test_words_in_html_alone_are_read_without_its_marks() -> None:
    text = "<html><head><style>p { color: red }</style></head><p>Delivery has <b>failed</b> to these recipients:</p>"
    text += "<p>ada@asso.example</p><p>The e-mail address you entered couldn&#39;t be found.</p></html>"
    mail = plain(text, from_="postmaster@asso.example", subject="Undeliverable: Congrès").replace(
        b"text/plain", b"text/html"
    )
    (said,) = reports.read(mail).outcomes
    assert (said.kind, said.recipient, said.permanent) == (Kind.BOUNCE, "ada@asso.example", True)


def test_a_providers_complaint_in_its_own_form_is_one() -> None:
    mail = (
        "From: staff@fournisseur.example\nSubject: complaint about message from 192.0.2.1\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="cut"\n\n--cut\nContent-Type: message/rfc822\n\n'
        "From: congres@ville.example\nSubject: Congres\n\nBonjour\n--cut--\n"
    )
    assert reports.read(mail.encode()).outcomes[0].kind is Kind.COMPLAINT
