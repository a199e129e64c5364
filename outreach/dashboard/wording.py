"""The words for what the dashboard counts and lists; templates and exports translate them."""

from typing import Final

from outreach.delivery.models import NoticePurpose
from outreach.errors import N_
from outreach.invitations.models import Channel, Origin, Reply
from outreach.rsvp.models import Way
from outreach.rsvp.needs import Need

REPLIES: Final = {
    Reply.YES: N_("Coming"),
    Reply.NO: N_("Not coming"),
    Reply.EXCUSED: N_("Excused"),
    Reply.REPRESENTED: N_("Represented"),
}
ORIGINS: Final = {
    Origin.AUDIENCE: N_("A campaign"),
    Origin.SHARE: N_("Through others"),
    Origin.DELEGATE: N_("As a representative"),
}
CHANNELS: Final = {
    Channel.MAIL: N_("Mail"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.LINKEDIN: N_("LinkedIn"),
    Channel.FACEBOOK: N_("Facebook"),
    Channel.X: N_("X"),
    Channel.SMS: N_("SMS"),
    Channel.SHEET: N_("Share menu of a telephone"),
    Channel.NEWSLETTER: N_("Newsletter"),
    Channel.POSTER: N_("Poster"),
    Channel.CARD: N_("Card image"),
    Channel.QR: N_("QR code"),
    Channel.LINK: N_("Link, copied"),
    Channel.FORWARD: N_("Message passed on as it was"),
}
WAYS: Final = {Way.LINK: N_("by the person"), Way.STAFF: N_("entered by the office")}
NEEDS: Final = {
    Need.HEARING_LOOP: N_("Hearing loop"),
    Need.SIGN_LANGUAGE: N_("French sign language"),
    Need.CAPTIONS: N_("Live captions"),
    Need.WHEELCHAIR: N_("Wheelchair access"),
    Need.GUIDE: N_("A guide, or room for a guide dog"),
    Need.EASY_READ: N_("Easy-to-read documents"),
    Need.OTHER: N_("Something else"),
}
NOTICES: Final = {
    NoticePurpose.CONFIRMATION: N_("Confirmation of the answer"),
    NoticePurpose.ADDRESS_CHECK: N_("Request to confirm an address"),
    NoticePurpose.OWN_INVITATION: N_("Invitation in their own name"),
    NoticePurpose.LOST_LINK: N_("Link sent once more"),
    NoticePurpose.THANKS: N_("Thanks"),
    NoticePurpose.SEAT_OFFER: N_("Seat offered from the waiting list"),
    NoticePurpose.EVENT_NEWS: N_("News of the event for those who come"),
}
