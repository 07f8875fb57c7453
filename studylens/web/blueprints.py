"""All blueprints of pages, in the order in which they are registered."""

from flask import Blueprint

from studylens.web import look, my_data, operator, privacy, settings, shell, today, usage
from studylens.web.accounts import account, codes, passkeys, passwords, reset, sign_in
from studylens.web.api import cards as api_cards
from studylens.web.api import document as api_document
from studylens.web.api import packs as api_packs
from studylens.web.api import pictures as api_pictures
from studylens.web.api import progress as api_progress
from studylens.web.api import reviews as api_reviews
from studylens.web.commands import operations
from studylens.web.cutouts import api as cutout_api
from studylens.web.cutouts import cards as card_pictures
from studylens.web.cutouts import pages as cutout_pages
from studylens.web.door import assets, checks, errors, reading_again
from studylens.web.door.sender import form_tokens, hosts, request_ids
from studylens.web.exchange import calendar_feed, devices, export, imports, keep, previews
from studylens.web.labels import pages as label_pages
from studylens.web.labels import shown as hidden_labels
from studylens.web.live import phones as live_phones
from studylens.web.live import teacher as live_boards
from studylens.web.offline import carry, installed, sync
from studylens.web.packs import cards as pack_cards
from studylens.web.packs import (
    editing,
    joined,
    lectures,
    library,
    many,
    marking,
    pictures,
    printing,
    rebuild,
    second_reading,
)
from studylens.web.packs import page as pack_page
from studylens.web.packs import terms as pack_terms
from studylens.web.progress import achievements, fading, memory
from studylens.web.progress import page as progress_page
from studylens.web.quizzes import explaining, questions
from studylens.web.quizzes import pages as quiz_pages
from studylens.web.reminders import pages as reminder_pages
from studylens.web.reviews import answers, cram
from studylens.web.reviews import pack as pack_reviews
from studylens.web.reviews import typed as typed_reviews
from studylens.web.sharing import links as pack_links
from studylens.web.sharing import public as shared_packs
from studylens.web.sheets import files as sheet_files
from studylens.web.sheets import own as sheet_templates
from studylens.web.sheets import pages as sheet_pages
from studylens.web.sight import metrics, ready
from studylens.web.stories import pages as story_pages
from studylens.web.teaching import cards as set_cards
from studylens.web.teaching import colors, identify, training
from studylens.web.teaching import files as set_files
from studylens.web.teaching import photos as set_photos
from studylens.web.teaching import sets as photo_sets
from studylens.web.text import filters, languages
from studylens.web.upload import capture, documents, jobs, reader

pages: tuple[Blueprint, ...] = (
    request_ids.blueprint,
    hosts.blueprint,
    languages.blueprint,
    checks.blueprint,
    form_tokens.blueprint,
    errors.blueprint,
    reading_again.blueprint,
    assets.blueprint,
    filters.blueprint,
    shell.blueprint,
    look.blueprint,
    privacy.blueprint,
    today.blueprint,
    capture.blueprint,
    jobs.blueprint,
    reader.blueprint,
    documents.blueprint,
    library.blueprint,
    many.blueprint,
    pack_page.blueprint,
    pack_cards.blueprint,
    lectures.blueprint,
    joined.blueprint,
    editing.blueprint,
    marking.blueprint,
    rebuild.blueprint,
    pack_terms.blueprint,
    second_reading.blueprint,
    pictures.blueprint,
    cutout_api.blueprint,
    cutout_pages.blueprint,
    card_pictures.blueprint,
    label_pages.blueprint,
    hidden_labels.blueprint,
    printing.blueprint,
    pack_links.blueprint,
    shared_packs.blueprint,
    live_boards.blueprint,
    live_phones.blueprint,
    sheet_pages.blueprint,
    sheet_files.blueprint,
    sheet_templates.blueprint,
    story_pages.blueprint,
    quiz_pages.blueprint,
    questions.blueprint,
    explaining.blueprint,
    answers.blueprint,
    typed_reviews.blueprint,
    cram.blueprint,
    pack_reviews.blueprint,
    installed.blueprint,
    carry.blueprint,
    sync.blueprint,
    photo_sets.blueprint,
    set_photos.blueprint,
    training.blueprint,
    identify.blueprint,
    colors.blueprint,
    set_cards.blueprint,
    set_files.blueprint,
    settings.blueprint,
    usage.blueprint,
    my_data.blueprint,
    operator.blueprint,
    progress_page.blueprint,
    achievements.blueprint,
    memory.blueprint,
    fading.blueprint,
    export.blueprint,
    api_document.blueprint,
    api_packs.blueprint,
    api_cards.blueprint,
    api_pictures.blueprint,
    api_reviews.blueprint,
    api_progress.blueprint,
    imports.blueprint,
    previews.blueprint,
    keep.blueprint,
    calendar_feed.blueprint,
    reminder_pages.blueprint,
    devices.blueprint,
    account.blueprint,
    sign_in.blueprint,
    passwords.blueprint,
    codes.blueprint,
    passkeys.blueprint,
    reset.blueprint,
    operations.blueprint,
    metrics.blueprint,
    ready.blueprint,
)
