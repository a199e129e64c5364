"""What servers and mail programs say in other languages than English; accents are left out before it is asked."""

import re
from typing import Final

from outreach.delivery.returns.outcomes import Cause
from outreach.delivery.returns.wording import any_of

_QUI: Final = (
    r"(?:destinataires?|utilisateurs?|adresses?|boites?(?: aux lettres)?|comptes?|correspondant|abonne|nom|alias"
    r"|destin\.|destinatari[oa]s?|usuari[oa]s?|utente|utilizador|cuenta|conta|casella|buzon|direccion|endereco|indirizzo)"
)
_WER: Final = (
    r"(?:empfaenger|empfanger|benutzer|adressat|teilnehmer|adresse|postfach|mailbox|konto|nutzer|e-?mail-?adresse"
    r"|empfanger(?:adresse|name)|gebruiker|ontvanger|postbus|mottagare|anvandare|bruker|modtager)"
)
_PAS: Final = (
    r"(?:inconnue?s?|inexistante?s?|introuvables?|invalides?|incorrecte?|errone?e?s?|supprimee?s?"
    r"|n'existe(?:nt)? (?:pas|plus)|n'est (?:pas|plus) (?:valide|connue?|reconnue?|valable|actif|active|attribuee?)"
    r"|n'(?:a|ont) pas (?:pu etre |ete )?(?:trouvee?s?|reconnue?s?|identifiee?s?)"
    r"|non (?:recensee?s?|repertoriee?s?|trouvee?s?|reconnue?s?|valide|connue?|referencee?s?|attribuee?s?)"
    r"|ne figure pas|pas (?:ete )?(?:repertoriee?|referencee?)"
    r"|no (?:existe|encontrad[oa]|valid[oa])|errat[oa]|equivocad[oa]"
    r"|desconocid[oa]|desconhecid[oa]|inexistente|invalid[oa]|sconosciut[oa]"
    r"|non (?:esiste|trovat[oa]|valid[oa])|nao (?:existe|encontrad[oa]|foi encontrad[oa])|inesistente)"
)
_NICHT: Final = (
    r"(?:unbekannt(?:e[rsn]?)?|ungultig|ungueltig|existiert nicht|nicht (?:\S+ ){0,3}?(?:gefunden|vorhanden|bekannt"
    r"|erkannt|aufgefuhrt|verzeichnet|existent|gultig|registriert)|gibt es nicht|nicht \S*verzeichnis"
    r"|onbekend|bestaat niet|niet gevonden|okand|finns inte|ukjent|ukendt|findes ikke)"
)

TONGUES: Final[tuple[tuple[Cause, re.Pattern[str]], ...]] = (
    (
        Cause.REFUSED,
        any_of(
            r"""
    (?:emetteur|expediteur|absender)\S* (?:\S+ ){0,3}?(?:invalide|refuse|inconnu|abgelehnt|gesperrt|non autorise)
    relais? (?:\S+ )?(?:refuse|interdit)|trop de connexions|service refuse
    """
        ),
    ),
    (
        Cause.FULL,
        any_of(
            r"""
    (?:boite|messagerie|compte|casella|buzon|caixa)\S* (?:\S+ ){0,6}?(?:pleine?s?|saturee?s?|piena|llen[oa]|cheia)
    quota (?:\S+ ){0,5}?(?:depasse|atteint|superat|exced)|depasse\S* (?:\S+ ){0,5}?quota
    espace (?:\S+ ){0,3}insuffisant
    (?:postfach|mailbox|speicher\S*|konto) (?:\S+ ){0,4}?(?:voll|erschopft|uberfullt|uberschritten|belegt)
    容量.{0,14}(?:超|一杯|いっぱい|オーバー)|(?:いっぱい|一杯)です|已满|空间不足|容量超|переполнен
    """
        ),
    ),
    (
        Cause.TOO_LARGE,
        any_of(
            r"(?:message|courriel|mail|nachricht|mensaje)\S* (?:\S+ ){0,4}?(?:trop (?:gros|lourd|volumineux)|zu gros)"
        ),
    ),
    (
        Cause.DISABLED,
        any_of(
            r"""
    (?:boite|compte|adresse)\S* (?:\S+ ){0,6}?(?:desactivee?|suspendue?|fermee?|archivee?|bloquee?|resiliee?)
    (?:postfach|konto|mailbox|benutzer) (?:\S+ ){0,4}?(?:gesperrt|deaktiviert|geschlossen|stillgelegt)
    (?:cuenta|conta|casella|account) (?:\S+ ){0,4}?(?:desactivad|deshabilitad|desativad|disabilitat|suspendid)
    """
        ),
    ),
    (
        Cause.MOVED,
        any_of(
            r"""
    (?:adresse|correspondant|destinataire)\S* (?:\S+ ){0,4}?a change\b|change d'adresse|nouvelle adresse est
    neue (?:e-?mail-?)?adresse (?:lautet|ist)|ist (?:umgezogen|verzogen)|nueva direccion es
    """
        ),
    ),
    (
        Cause.NO_DOMAIN,
        any_of(
            r"""
    (?:domaine?|dominio|domane|rechner|hote|serveur|host)\S* (?:\S+ ){0,4}?{pas}
    (?:domain|domane|rechner|host)\S* (?:\S+ ){0,4}?{nicht}|unbekannte[rs]? (?:domain|rechner|host)
    ドメイン.{0,24}(?:存在|見つか|ありません)|域名不存在|домен не
    """,
            pas=_PAS,
            nicht=_NICHT,
        ),
    ),
    (
        Cause.NO_ADDRESS,
        any_of(
            r"""
    {qui}\b\S*(?: \S+){0,5}? {pas}|aucune? {qui}|(?:pas|plus) d[e'] ?{qui} (?:de ce nom|a ce nom|ici)
    {qui} (?:ici )?inconnue?|verifiez l'adresse|verifier l'orthographe|mauvaise adresse
    {wer}\b\S*(?: \S+){0,5}? {nicht}|unbekannte[rs]? {wer}|ungultige {wer}|kein(?:en?)? (?:solche[rns]? )?{wer}
    (?:onbekende|okand) {wer}|destinatario (?:sconosciuto|desconocido)
    no se (?:ha )?(?:pudo )?enc(?:ontro|ontrado|ontrar)
    宛先.{0,30}(?:不明|存在|見つか|ありません|間違)
    (?:ユーザ|アドレス|メールボックス).{0,24}(?:不明|存在し|見つか|ありません|無効)
    nie ma (?:takiego )?(?:konta|uzytkownika|adresu)
    (?:adres|konto|uzytkownik|skrzynka)\S* (?:\S+ ){0,3}?(?:nie istnieje|nieznany)
    存在しない|(?:用户|收件人|邮箱|地址)\S{0,8}(?:不存在|无效|不正确|未找到)
    (?:пользователь|адрес|ящик)\S* (?:\S+ ){0,3}?не
    """,
            qui=_QUI,
            pas=_PAS,
            wer=_WER,
            nicht=_NICHT,
        ),
    ),
    (
        Cause.UNREACHED,
        any_of(
            r"""
    delai (?:\S+ ){0,3}?(?:depasse|expire|ecoule)
    (?:serveur|hote)\S* (?:\S+ ){0,4}?(?:injoignable|indisponible|ne repond)
    veuillez essayer plus tard|reessayer|nicht erreichbar|zeituberschreitung|verbindung (?:\S+ ){0,3}?abgelehnt
    """
        ),
    ),
    (
        Cause.REFUSED,
        any_of(
            r"""
    indesirable
    (?:message|courriel|mail|nachricht|mensaje)\S* (?:\S+ ){0,4}?(?:refuse|rejete|bloque|abgelehnt|rechazad)
    (?:pas|non) autorise|n'avez pas l'autorisation|liste noire|nicht berechtigt|接收方拒|受信拒否|垃圾邮件
    """
        ),
    ),
)
"""Asked where the English words leave a doubt; the first line that fits decides."""
