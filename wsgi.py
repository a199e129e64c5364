"""The application, for a WSGI server."""

from config import Config
from outreach.app import create_app

app = create_app(Config.from_env())
