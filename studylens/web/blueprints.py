"""All blueprints of the web room, in the order in which they are registered."""

from flask import Blueprint

from studylens.web import (
    achievements,
    door,
    editing,
    errors,
    filters,
    home,
    jobs,
    lectures,
    library,
    packs,
    pictures,
    progress_page,
    quizzes,
    review,
    review_cram,
    review_pack,
    settings,
)

blueprints: tuple[Blueprint, ...] = (
    door.blueprint,
    errors.blueprint,
    filters.blueprint,
    home.blueprint,
    jobs.blueprint,
    library.blueprint,
    packs.blueprint,
    lectures.blueprint,
    editing.blueprint,
    pictures.blueprint,
    quizzes.blueprint,
    review.blueprint,
    review_cram.blueprint,
    review_pack.blueprint,
    settings.blueprint,
    progress_page.blueprint,
    achievements.blueprint,
)
