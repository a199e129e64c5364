"""The application with one view more, which only says hello: what its pages are measured against."""

from config import Config
from outreach.accounts.guard import public
from outreach.app import create_app


@public("it only says hello, to the bench")
def hello() -> str:
    """The least that a view can do."""
    return "Hello"


app = create_app(Config.from_env())
app.add_url_rule("/hello", view_func=hello)
