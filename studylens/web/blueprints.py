"""All blueprints of the web room, in the order in which they are registered."""

from flask import Blueprint

from studylens.web import door, editing, errors, filters, home, jobs, packs, pictures, quizzes

blueprints: tuple[Blueprint, ...] = (
    door.blueprint,
    errors.blueprint,
    filters.blueprint,
    home.blueprint,
    jobs.blueprint,
    packs.blueprint,
    editing.blueprint,
    pictures.blueprint,
    quizzes.blueprint,
)
