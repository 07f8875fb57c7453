"""An authenticator in software, after W3C Web Authentication: keys on P-256, attestation `none`."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.late import Late

cbor2 = Late("cbor2")
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One phone with one passkey; `flags` say whether its owner was there, and was recognised."""

    origin: str
    host: str
    flags: int = PRESENT | VERIFIED
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, challenge: str) -> dict[str, Any]:
        """Return what a browser sends after navigator.credentials.create()."""
        told = self._told("webauthn.create", challenge)
        data = self._data(self.flags | HAS_KEY) + bytes(16) + struct.pack(">H", len(self.id)) + self.id
        data += cbor2.dumps(self._public())
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential({"clientDataJSON": b64(told), "attestationObject": b64(attested)})

    def get(self, challenge: str) -> dict[str, Any]:
        """Return what a browser sends after navigator.credentials.get()."""
        told, self.count = self._told("webauthn.get", challenge), self.count + 1
        data = self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        return self._credential({name: b64(value) for name, value in answer.items()})

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
