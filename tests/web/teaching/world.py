"""A small world for tests of teaching: sets whose photos were looked at, without the process that looks."""

import base64
import io

import numpy as np
from PIL import Image
from werkzeug.test import Client, TestResponse

from studylens.analysis.protocol import taught
from studylens.analysis.seeing import features, sets
from studylens.models import DONE, Job, PhotoSet, SetClass, SetPhoto
from studylens.study.teaching import known, outcomes
from studylens.study.teaching.store import Named, add_class, add_set
from studylens.web.door.wiring import Wiring

JSON = {"Accept": "application/json"}


def picture(colour: int) -> bytes:
    """Return a small JPEG; another colour, another fingerprint."""
    file = io.BytesIO()
    noise = np.random.default_rng(colour).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, "JPEG")
    return file.getvalue()


def send(client: Client, address: str, *photos: bytes, **fields: str) -> TestResponse:
    """Post photos as JSON clients do, without waiting for them."""
    images = [(io.BytesIO(data), f"photo-{n}.jpg") for n, data in enumerate(photos, start=1)]
    return client.post(f"{address}?wait=0", data={"image": images, **fields}, headers=JSON)


def seen(kind: int, number: int) -> bytes:
    """Return the features of a photo of that kind, as the analysis gives them."""
    row = np.random.default_rng([kind, number]).random(1280, np.float32) ** 8 * 0.3
    row[kind * 100 : kind * 100 + 100] += 1.5
    return features.pack(row)


def look(wiring: Wiring, kinds: dict[int, int]) -> None:
    """End every photo's job as the analysis would; `kinds` say what the photos of each class look like."""
    with wiring.database.writing() as session:
        for photo in session.query(SetPhoto).filter(SetPhoto.features.is_(None)).all():
            job = session.get_one(Job, photo.job_id)
            text = base64.b64encode(seen(kinds[photo.class_id], photo.id)).decode()
            jpeg = base64.b64encode(picture(photo.id)).decode() if job.keep_copy else ""
            outcomes.receive(session, job, taught.Learnt(text, jpeg, 40, 30))
            job.state = DONE


def train(wiring: Wiring, set_id: int) -> None:
    """Train a set as the analysis would."""
    with wiring.database.writing() as session:
        found = known.known_set(session, set_id)
        if found is None:
            raise ValueError("no photos")
        lesson = sets.learn(found)
        guesses = [found.classes[place] for place in lesson.trained.guesses]
        head = base64.b64encode(lesson.trained.head.pack()).decode()
        done = taught.Trained(set_id, head, found.classes, found.photos, guesses, lesson.refuse_below)
        outcomes.receive(session, Job(), done)


def add_taught(
    wiring: Wiring,
    guest: int,
    *,
    classes: int = 2,
    each: int = 3,
    pictures: bool = True,
    words: tuple[str, str] = ("Leaves", "Kind"),
) -> int:
    """Add a set of so many classes and photos, trained; return its id. `words`: names of set and classes."""
    with wiring.database.writing() as session:
        made: PhotoSet = add_set(session, guest, Named(words[0]))
        for kind in range(classes):
            found: SetClass = add_class(session, made, Named(f"{words[1]} {kind}"))
            for number in range(each):
                kept = {"jpeg": picture(kind * 50 + number), "width": 40, "height": 30} if pictures else {}
                about = {
                    "name": f"{kind}-{number}.jpg",
                    "sha256": f"{made.id:02}{kind:02}{number:02}".ljust(64, "0"),
                }
                session.add(SetPhoto(class_id=found.id, features=seen(kind, number), **about, **kept))
        session.flush()
        set_id = made.id
    train(wiring, set_id)
    return set_id
