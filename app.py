"""Wiring only: puts the rooms together. `gunicorn app:app` serves it, `flask run` too."""

import logging
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from database_config import Database
from studylens.config import Config
from studylens.jobs import process
from studylens.jobs.engine import LINE, Engine
from studylens.jobs.folder import UploadFolder
from studylens.jobs.imports.files import ImportFiles
from studylens.jobs.imports.importer import Importer
from studylens.jobs.waiting import WaitingRoom
from studylens.sight import lines
from studylens.web import late
from studylens.web.addresses import Templates
from studylens.web.commands import doctor
from studylens.web.commands.later import Commands
from studylens.web.door.bodies import BodyRequest
from studylens.web.door.cookies import NoSessions
from studylens.web.door.sender.prefix import PlainPrefix
from studylens.web.door.storage import is_lasting
from studylens.web.door.wiring import EXTENSION, Wiring
from studylens.web.rules import LateRule

if TYPE_CHECKING:
    from studylens.jobs.imports.carrier import Terms

log = logging.getLogger("studylens")


def create_app(test_config: Mapping[str, Any] | None = None) -> Flask:
    """Build the app; starts no thread and opens no connection, socket or lock.

    `test_config` overrides fields of Config by name; `ANALYSIS_COMMAND` in it replaces the analysis process,
    `IMPORTING` how files are read, paced and waited for.
    """
    overrides = dict(test_config or {})
    command = overrides.pop("ANALYSIS_COMMAND", process.COMMAND)
    importing = overrides.pop("IMPORTING", {})
    config = Config.from_environment(**overrides)
    app = Flask(__name__)
    app.request_class = BodyRequest
    app.jinja_environment = Templates
    app.url_rule_class = LateRule
    app.session_interface = NoSessions()
    app.testing = test_config is not None
    app.secret_key = config.secret_key or secrets.token_hex(32)
    app.config["ANALYSIS_COMMAND"] = command
    app.config["STORAGE_IS_LASTING"] = is_lasting(config)
    app.extensions[EXTENSION] = _wire(config, command, importing)
    app.cli = Commands(name=app.name)
    late.register(app)
    hops = config.trusted_proxies
    proxied = ProxyFix(app.wsgi_app, hops, hops, x_host=0, x_prefix=hops)
    app.wsgi_app = PlainPrefix(proxied)  # type: ignore[method-assign]
    lines.configure(config.log_format)
    return app


def start_runner(app: Flask, service_pid: int | None = None) -> Engine:
    """Start what carries jobs; under gunicorn in `post_worker_init`, else with the first request."""
    wiring: Wiring = app.extensions[EXTENSION]
    diagnosis = doctor.examine(wiring.config, wiring.database)
    log.info(doctor.log_line(diagnosis))
    for sentence in diagnosis.wrong:
        log.error("Set up wrongly: %s", sentence)
    wiring.runner.start(service_pid)
    return wiring.runner


def _wire(config: Config, command: tuple[str, ...], importing: Mapping[str, Any]) -> Wiring:
    database = Database.for_config(config)
    folder = _folder(config)
    waiting = WaitingRoom(database)

    def terms() -> "Terms":
        from studylens.jobs.imports.carrier import Terms  # noqa: PLC0415 - with the first file.

        return Terms(config, *(importing[name] for name in ("read",) if name in importing))

    paced = {name: value for name, value in importing.items() if name != "read"}
    files = ImportFiles(config.instance_path / "imports")
    importer = Importer(database, folder, files, terms=terms, **paced)
    if config.queue == "postgresql" and not database.is_sqlite:  # Otherwise the doctor says what is wrong.
        from studylens.jobs.distributed.engine import Distributed  # noqa: PLC0415 - one of the two.

        engine: Engine = Distributed(config, database, folder, waiting=waiting, importer=importer)
        database.sessions.configure(info={LINE: engine})
    else:
        from studylens.jobs.embedded import Embedded  # noqa: PLC0415 - one of the two.

        engine = Embedded(config, database, folder, waiting=waiting, importer=importer, command=command)
    return Wiring(config, database, folder, engine, waiting, importer)


def _folder(config: Config) -> UploadFolder:
    """Return where uploads wait: a folder of this machine, or a bucket; nobody else has its code."""
    if config.bucket is None:
        return UploadFolder(config.upload_folder)
    from studylens.storage.bucket import Bucket  # noqa: PLC0415 - see above.
    from studylens.storage.folder import BucketFolder  # noqa: PLC0415 - see above.

    return BucketFolder(config.upload_folder, Bucket(config.bucket, config.upload_encryption))


def __getattr__(name: str) -> Any:
    """Build `app` when a server asks for it, so that tests may import `create_app` alone."""
    if name == "app":
        globals()["app"] = create_app()
        return globals()["app"]
    raise AttributeError(name)
