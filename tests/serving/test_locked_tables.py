"""Somebody locks a table of a running service: /health and what needs no database go on."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import make_url

from tests.postgres import Postgres
from tests.service import Service

pytestmark = pytest.mark.process
VISITORS = 40


@pytest.mark.postgresql("SQLite locks the whole file, and readers go on")
@pytest.mark.own_sql
def test_a_locked_table_holds_neither_health_nor_anybody_for_long(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.fresh() as url, Service(tmp_path, DATABASE_URL=url, ENGINES="ocr") as service:
        assert service.get_json(f"/jobs/{'0' * 32}")[0] == 404
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        other = psycopg2.connect(plain)
        other.cursor().execute(
            "LOCK TABLE guests, guest_devices, packs, jobs, batches IN ACCESS EXCLUSIVE MODE"
        )
        with ThreadPoolExecutor(VISITORS) as pool:
            asked = [pool.submit(service.get_json, f"/jobs/{'0' * 32}") for _ in range(VISITORS)]
            assert service.get_json("/health")[0] == 200
            assert not any(visitor.done() for visitor in asked)  # It was answered before them.
            assert {visitor.result()[0] for visitor in asked} == {503}
        other.close()
        assert service.get_json(f"/jobs/{'0' * 32}")[0] == 404
        assert "Traceback" not in service.log
