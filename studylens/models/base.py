"""What every model inherits from, and the one list of all tables."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The declarative base of all models; `Base.metadata` is complete once `studylens.models` is imported."""
