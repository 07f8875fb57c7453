"""Service and workers of the next release: what this one knows, a table more, and a column that says nothing.

`flask --app tests.jobs.distributed.app_of_next_release worker`. It repairs the tables that this release uses.
"""

from sqlalchemy import Column, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from app import create_app
from studylens.models import Base, Job, Pack


def _add(model: type[Base], name: str, column: Mapped[str]) -> None:
    """Give a model a column as its class would: statements about the model name it from now on."""
    setattr(model, name, column)


_add(Job, "weight", mapped_column(String(10), server_default="light", nullable=False))
_add(Pack, "mood", mapped_column(String(10), server_default="calm", nullable=False))
Table("moods", Base.metadata, Column("name", String(10), primary_key=True))

app = create_app()
