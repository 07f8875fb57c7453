"""The app with one more view, which does nothing: what a request costs before anybody answers it."""

from app import create_app

app = create_app()


@app.get("/empty")
def show_nothing() -> str:
    """Return nothing."""
    return ""
