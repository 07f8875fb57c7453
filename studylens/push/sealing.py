"""A message that only one browser can read: RFC 8291, with the `aes128gcm` of RFC 8188.

Its parts are those of the `cryptography` package. pywebpush would bring aiohttp and requests along; http-ece
has had no release since August 2024, and no wheel at all (docs/decisions.md).
"""

import base64
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD_BYTES = 4_096
"""All of a message is one record; push services take no more."""
MOST_TEXT_BYTES = 3_000
_LAST = b"\x02"
"""Ends the last record of a message."""


def seal(
    text: bytes,
    p256dh: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the body of a push message; salt (16 bytes) and key are fresh ones unless a test gives them.

    `p256dh` is the browser's public key (65 bytes), `auth` the secret it shares with us (16 bytes).
    Raises ValueError for a text that is too long or a key that is no point of the curve.
    """
    if len(text) > MOST_TEXT_BYTES:
        raise ValueError(f"a text of {len(text)} bytes")
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(16)
    ours = point_of(key.public_key())
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh))
    secret = _derive(shared, auth, b"WebPush: info\0" + p256dh + ours, 32)
    content = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(content).encrypt(nonce, text + _LAST, None)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def from_base64(text: str) -> bytes:
    """Return the bytes of base64url without its padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def to_base64(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
