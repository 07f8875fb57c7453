"""Write the tables of docs/api.md that the code knows: all addresses, and all errors; and the late pages."""

import inspect
import re
import tempfile
from pathlib import Path

from flask import Flask

from app import create_app
from studylens import errors
from tools import late

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"


def addresses(app: Flask) -> str:
    """Return a row for each address and method, with the first sentence of its view."""
    rows = [
        f"| {method} | `{rule.rule}` | {_sentence(app, rule.endpoint)} |"
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return "\n".join(["| | address | |", "|---|---|---|", *rows])


def _sentence(app: Flask, endpoint: str) -> str:
    said = inspect.getdoc(inspect.unwrap(app.view_functions[endpoint])) or ""
    return (
        " ".join(re.split(r"(?<=[.])\s", said, maxsplit=1)[0].split()) if endpoint != "static" else "A file."
    )


def kinds_of_errors() -> list[type[errors.StudylensError]]:
    """Return the errors that have a code of their own, by status and code."""
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    ours = [kind for kind in kinds if issubclass(kind, errors.StudylensError) and "code" in vars(kind)]
    return sorted(ours, key=lambda kind: (int(kind.status), kind.code))


def error_rows() -> str:
    """Return a row for each code, with its status and what it says."""
    rows = [f"| {int(kind.status)} | `{kind.code}` | {kind.sentence} |" for kind in kinds_of_errors()]
    return "\n".join(["| status | code | sentence |", "|---|---|---|", *rows])


def page(text: str) -> str:
    """Return the page with its tables as they are today."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"instance_dir": folder, "secret_key": "for this page only"})
        for name, table in {"errors": error_rows(), "addresses": addresses(app)}.items():
            text = re.sub(
                rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end -->)",
                lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
                text,
                flags=re.DOTALL,
            )
    return text


if __name__ == "__main__":
    late.write()
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
