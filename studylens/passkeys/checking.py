"""The checks of W3C Web Authentication, sections 7.1 and 7.2, by py_webauthn."""

from typing import Any

from webauthn import base64url_to_bytes, verify_authentication_response, verify_registration_response
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return what to keep of this passkey, or why it is refused; the shapes stand in `__main__`."""
    asked = {
        "credential": question["credential"],
        "expected_challenge": base64url_to_bytes(question["challenge"]),
        "expected_rp_id": question["host"],
        "expected_origin": question["origin"],
        # The passkey is all that is asked for, so the phone must have seen its owner, not just a finger.
        "require_user_verification": True,
    }
    try:
        return _made(asked) if question["kind"] == "new" else _used(asked, question)
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        return {"refused": f"{type(error).__name__}: {error}"[:300]}


def _made(asked: dict[str, Any]) -> dict[str, Any]:
    found = verify_registration_response(**asked)
    return {
        "credential_id": bytes_to_base64url(found.credential_id),
        "public_key": bytes_to_base64url(found.credential_public_key),
        "sign_count": found.sign_count,
    }


def _used(asked: dict[str, Any], question: dict[str, Any]) -> dict[str, Any]:
    found = verify_authentication_response(
        **asked,
        credential_public_key=base64url_to_bytes(question["public_key"]),
        credential_current_sign_count=question["sign_count"],
    )
    return {
        "credential_id": bytes_to_base64url(found.credential_id),
        "public_key": question["public_key"],
        "sign_count": found.new_sign_count,
    }
