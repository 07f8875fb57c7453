"""Sets, classes and reports as JSON, in the shape of docs/teaching.md."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from studylens.models import PhotoSet, SetClass
from studylens.study.teaching.report import Report


def class_json(found: SetClass, photos: int) -> dict[str, Any]:
    """Return a class with where its photos go, and where its set is trained."""
    return {
        "id": found.id,
        "set_id": found.set_id,
        "name": found.name,
        "description": found.description,
        "photos": photos,
        "images_url": url_for("set_photos.add", set_id=found.set_id, class_id=found.id),
        "train_url": url_for("training.train", set_id=found.set_id),
    }


def set_json(photo_set: PhotoSet, photos: Mapping[int, int]) -> dict[str, Any]:
    """Return a set with its classes; `photos` are their numbers by class."""
    trained = photo_set.trained_at
    return {
        "id": photo_set.id,
        "name": photo_set.name,
        "description": photo_set.description,
        "trained_at": trained.isoformat() if trained else None,
        "changed_since": trained is not None and photo_set.changed_at > trained,
        "classes": [class_json(found, photos.get(found.id, 0)) for found in photo_set.classes],
    }


def report_json(photo_set: PhotoSet, report: Report) -> dict[str, Any]:
    """Return how good a set is; `accuracy` in words, with its n."""
    return {
        "trained": photo_set.trained_at is not None,
        "tried": report.tried,
        "right": report.right,
        "accuracy": report.words,
        "warnings": [lack.words for lack in report.warnings],
        "mistakes": [
            {"photo": wrong.photo.id, "class": wrong.own.name, "taken_for": wrong.taken_for.name}
            for wrong in report.mistakes
        ],
    }
