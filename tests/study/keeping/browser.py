"""A browser that keeps an account, as static/keep/gather.js does, without a browser."""

import gzip
import json
from typing import Any

from studylens.study.exchange.keeping.gathering import Step, gather
from studylens.study.keeping import names
from studylens.web.door.wiring import Wiring


class Browser:
    """Keeps the account of one guest in parts, and nothing else."""

    def __init__(self, wiring: Wiring, guest_id: int) -> None:
        self.wiring, self.guest_id = wiring, guest_id
        self.parts: dict[str, bytes] = {}
        self.since = ""
        self.sent: list[str] = []
        """Names of the parts that came with the last look."""
        with wiring.database.writing() as session:
            self.name = names.begin(session, guest_id)

    def look(self) -> Step:
        """Ask until nothing more comes; return the last step."""
        self.sent = []
        stale: set[str] = set()
        while True:
            step = self._step()
            if step.is_anew:
                stale = set(self.parts)
            for name, part in step.parts.items():
                self.sent.append(name)
                stale.discard(name)
                self.parts.pop(name, None)
                self.parts |= {name: part} if part else {}
            self.since = step.since
            if not step.is_more:
                self.parts = {name: part for name, part in self.parts.items() if name not in stale}
                return step

    def _step(self) -> Step:
        with self.wiring.database.reading() as session:
            found = gather(session, self.guest_id, self.name, self.since)
        assert found is not None
        return found

    def file(self) -> bytes:
        """Return the account file that the parts make."""
        return b"".join(self.parts[name] for name in sorted(self.parts))


def entries(data: bytes) -> list[str]:
    """Return the entries of an account file, plain or packed, in an order of their own."""
    text = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    body = text.decode().partition('"entries": [')[2].rpartition("]")[0].strip().strip(",")
    found: list[Any] = json.loads(f"[{body}]")
    return sorted(json.dumps(entry, sort_keys=True) for entry in found)
