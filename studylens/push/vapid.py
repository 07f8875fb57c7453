"""Who sends, so that a push service can ask back: RFC 8292, signed with the operator's key."""

import json
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from studylens.push.sealing import CURVE, from_base64, point_of, to_base64

VALID_SECONDS = 12 * 3600
"""Push services take at most a day."""
_HEAD = to_base64(b'{"typ":"JWT","alg":"ES256"}')


def new_key() -> str:
    """Return a new private key, 43 letters of base64url."""
    return to_base64(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(32, "big"))


def public_of(key: str) -> str:
    """Return the public key, as browsers are told it: 87 letters. Raises ValueError."""
    return to_base64(point_of(_private(key).public_key()))


def authorization(key: str, subject: str, endpoint: str, at: float) -> str:
    """Return the header for a push service; `at` is the time in seconds since 1970. Raises ValueError."""
    parts = urlsplit(endpoint)
    told = {"aud": f"https://{parts.netloc}", "exp": int(at) + VALID_SECONDS, "sub": subject}
    signed = f"{_HEAD}.{to_base64(json.dumps(told).encode())}"
    numbers = decode_dss_signature(_private(key).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(number.to_bytes(32, "big") for number in numbers)
    return f"vapid t={signed}.{to_base64(signature)}, k={public_of(key)}"


def _private(key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64(key), "big"), CURVE)
