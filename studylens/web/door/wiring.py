"""What a view may reach: the parts that `create_app` put together for this app."""

from dataclasses import dataclass

from flask import current_app

from database_config import Database
from studylens.config import Config
from studylens.jobs.engine import Engine
from studylens.jobs.folder import UploadFolder
from studylens.jobs.imports.importer import Importer
from studylens.jobs.waiting import WaitingRoom

EXTENSION = "studylens"


@dataclass(frozen=True)
class Wiring:
    """One app's configuration, database, upload folder, what runs jobs, waiting requests and importer."""

    config: Config
    database: Database
    folder: UploadFolder
    runner: Engine
    waiting: WaitingRoom
    importer: Importer


def wiring() -> Wiring:
    """Return the parts of the app that serves this request."""
    found: Wiring = current_app.extensions[EXTENSION]
    return found
