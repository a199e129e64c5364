"""create_app: the rooms put together, error pages, security headers."""

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import Config
from outreach import i18n, logs, web
from outreach.accounts import guard
from outreach.accounts import user_views as account_views
from outreach.campaigns import addressing_views as _campaign_addressing_views  # noqa: F401 - adds routes too
from outreach.campaigns import views as campaign_views
from outreach.campaigns.audiences import views as audience_views
from outreach.campaigns.audiences.tags import TagRules
from outreach.compression import Compression
from outreach.contacts import mandate_views as _contact_mandate_views  # noqa: F401 - adds routes too
from outreach.contacts import organisation_views as _contact_organisation_views  # noqa: F401 - adds routes too
from outreach.contacts import protocol_views as _contact_protocol_views  # noqa: F401 - adds routes too
from outreach.contacts import suppression_views as _contact_suppression_views  # noqa: F401 - adds routes too
from outreach.contacts import views as contact_views
from outreach.contacts.bulk import views as _contact_bulk_views  # noqa: F401 - adds routes too
from outreach.contacts.duplicates import views as _contact_duplicate_views  # noqa: F401 - adds routes too
from outreach.contacts.imports import views as _contact_import_views  # noqa: F401 - adds routes to contact_views.bp
from outreach.dashboard import health_views
from outreach.dashboard import views as dashboard_views
from outreach.database import db, prepare_engine
from outreach.delivery import views as delivery_views
from outreach.delivery.brake import standstill
from outreach.delivery.mailer import Mail
from outreach.engine import make_engine
from outreach.errors import Refusal
from outreach.events import views as event_views
from outreach.forwarding import views as forwarding_views
from outreach.institution import public_views
from outreach.institution import views as institution_views
from outreach.invitations import views as invitation_views
from outreach.journal.files import Journal
from outreach.links import Keyring
from outreach.merging import views as merging_views
from outreach.rights import keeping_views as _rights_keeping_views  # noqa: F401 - adds routes to rights_views.bp
from outreach.rights import views as rights_views
from outreach.rsvp import views as rsvp_views
from outreach.tracking import measuring_views as _tracking_measuring_views  # noqa: F401 - adds routes too
from outreach.tracking import views as tracking_views

UPLOAD_LIMIT = 10 * 1024 * 1024

BLUEPRINTS: tuple[Blueprint, ...] = (
    health_views.bp,
    public_views.bp,
    account_views.bp,
    institution_views.bp,
    campaign_views.bp,
    audience_views.bp,
    delivery_views.bp,
    contact_views.bp,
    merging_views.bp,
    event_views.bp,
    invitation_views.bp,
    tracking_views.bp,
    rsvp_views.bp,
    forwarding_views.bp,
    dashboard_views.bp,
    rights_views.bp,
)
"""Every room with pages, in the order of the house."""

csrf = CSRFProtect()
mail = Mail()


def create_app(config: Config) -> Flask:
    """The application for these settings. Starts nothing: no thread, no clock, no connection."""
    app = Flask("outreach", static_folder=None)
    app.config.from_mapping(_flask_settings(config))
    app.extensions["outreach.config"] = config
    app.extensions["outreach.links"] = Keyring(
        config.secret_keys, config.suppression_key, config.base_url, config.mail_from.rpartition("@")[2]
    )
    app.extensions["outreach.journal"] = Journal(config.journal_file)
    app.extensions["outreach.rules"] = TagRules()
    app.extensions["outreach.engine"] = make_engine(config.engine, config.database)
    logs.prepare_logs(config.log_format)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    mail.init_app(app)
    csrf.init_app(app)
    i18n.prepare_app(app, config.timezone)
    _add_edges(app)
    _add_rooms(app)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies)  # type: ignore[method-assign]
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(web.STATIC),
        prefix="static/",
        max_age=31_536_000,
        allow_all_origins=False,
        add_headers_function=web.static_headers,
    )
    app.wsgi_app = Compression(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_keys[-1],
        "SECRET_KEY_FALLBACKS": list(config.secret_keys[:-1]),
        "SQLALCHEMY_DATABASE_URI": config.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,  # errors must not bring values, which may be personal, into logs
            **({"pool_pre_ping": True} if config.database.startswith("postgresql") else {}),
        },
        "SESSION_COOKIE_NAME": "__Host-form" if config.secure else "form",
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": config.secure,
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "MAIL_DEFAULT_SENDER": config.mail_from,
        "SMTP_URL": config.smtp_url,
        "LOOPBACK_ONLY": config.loopback_only,
        "BOUNCE_DOMAIN": config.bounce_domain,
        "BOUNCES_IMAP_URL": config.bounces_imap_url,
        "CONNECTIONS": config.connections,
        "MESSAGES_PER_CONNECTION": config.messages_per_connection,
        "DATA_DIR": str(config.data_dir),
        "PACE_SECONDS": config.pace_seconds,
        "DEMONSTRATION": config.demonstration,
        **config.extra,
    }


def _add_edges(app: Flask) -> None:
    """What happens before and after every view."""
    logs.log_requests(app)
    app.before_request(web.refuse_nul)
    app.before_request(web.follow_language)

    @app.before_request
    def _protect_forms() -> None:
        if web.is_staff_page():
            csrf.protect()

    app.before_request(guard.enforce)
    app.after_request(web.security_headers)
    app.register_error_handler(Refusal, web.page_of_refusal)
    app.register_error_handler(HTTPException, web.page_of_http_error)
    app.register_error_handler(OverflowError, web.page_of_misfit)
    app.register_error_handler(DataError, web.page_of_misfit)
    app.register_error_handler(OperationalError, web.page_of_busy)
    app.context_processor(web.template_context)
    app.context_processor(lambda: {"standstill": standstill})
    app.jinja_env.globals.update(csp_nonce=web.csp_nonce, has_endpoint=web.has_endpoint, asset=web.asset)


def _add_rooms(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
