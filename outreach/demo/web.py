"""The application of the demonstration: the same as everywhere, with the inbox beside it."""

from flask import Flask

from config import Config, ConfigError
from outreach.app import create_app
from outreach.demo import views


def make_app() -> Flask:
    """For the web server. Raises ConfigError outside the demonstration: its inbox is open to everybody."""
    config = Config.from_env()
    if not config.demonstration:
        raise ConfigError("The inbox exists in the demonstration only.")
    return with_inbox(create_app(config))


def with_inbox(app: Flask) -> Flask:
    """The application, with the inbox added."""
    app.register_blueprint(views.bp)
    return app
