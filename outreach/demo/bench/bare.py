"""A bare Flask with one view, on the same server: what the framework alone can do."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/hello")
def hello() -> str:
    """The least that a view can do."""
    return "Hello"
