"""What accounts cost the web process: no cryptography in it, whatever somebody signs in by."""

from pathlib import Path

import pytest

from tests.test_architecture import loaded

pytestmark = pytest.mark.process
JOURNEY = """
from app import create_app
app = create_app()
client = app.test_client()
client.post("/account", data={"name": "anna", "password": "leaf stone river"})
known = {"name": "anna", "password": "leaf stone river"}
answers = [app.test_client().post("/sign-in", data=known).status_code]
asked = client.post("/account/passkeys/options").get_json()
credential = '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}'
sent = {"ticket": asked["ticket"], "credential": credential}
answers.append(client.post("/account/passkeys", data=sent).status_code)
if answers != [303, 422]:
    raise SystemExit(f"the journey failed: {answers}")
"""


def test_a_password_and_a_passkey_leave_no_cryptography_in_the_web_process(tmp_path: Path) -> None:
    names = loaded(JOURNEY, tmp_path)
    assert "argon2" in names
    assert not [
        name for name in names if name.split(".")[0] in {"webauthn", "cryptography", "cbor2", "OpenSSL"}
    ]
