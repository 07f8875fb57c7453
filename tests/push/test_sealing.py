"""A message is sealed as RFC 8291 says, and signed as RFC 8292 says."""

import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from studylens.push import vapid
from studylens.push.sealing import CURVE, MOST_TEXT_BYTES, from_base64, seal, to_base64

KEY, POINT = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)  # fmt: skip
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
"""The example of RFC 8291, appendix A: the server's private key, the browser's public one, the message."""


def test_a_message_is_the_one_of_the_standard() -> None:
    key = ec.derive_private_key(int.from_bytes(from_base64(KEY)), CURVE)
    text, auth, salt = b"When I grow up, I want to be a watermelon", "BTBZMqHH6r4Tts7J_aSIgg", SEALED[:22]
    sealed = seal(text, from_base64(POINT), from_base64(auth), salt=from_base64(salt), key=key)
    assert to_base64(sealed) == SEALED


def test_two_messages_share_nothing() -> None:
    one, other = (seal(b"12", from_base64(POINT), b"a" * 16) for _ in range(2))
    assert one[:16] != other[:16]
    assert one[21:86] != other[21:86]


def test_what_is_no_key_or_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        seal(b"x" * (MOST_TEXT_BYTES + 1), from_base64(POINT), b"a" * 16)
    with pytest.raises(ValueError):  # noqa: PT011 - the words are those of cryptography.
        seal(b"x", b"\x04" + b"\x01" * 64, b"a" * 16)


def test_the_signature_is_of_the_key_for_this_service_and_half_a_day() -> None:
    key = vapid.new_key()
    told = vapid.authorization(key, "mailto:a@b.org", "https://fcm.googleapis.com/fcm/send/x", 1_000.5)
    scheme, token, public = told.replace(",", "").split()
    head, claims, signature = token.removeprefix("t=").split(".")
    assert (scheme, public) == ("vapid", f"k={vapid.public_of(key)}")
    assert json.loads(from_base64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(from_base64(claims)) == {
        "aud": "https://fcm.googleapis.com", "exp": 1_000 + 12 * 3600, "sub": "mailto:a@b.org",
    }  # fmt: skip
    raw = from_base64(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64(vapid.public_of(key)))
    point.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        point.verify(pair, f"{head}.{claims}x".encode(), ec.ECDSA(hashes.SHA256()))
