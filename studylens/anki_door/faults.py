"""What is answered in place of a result: AnkiConnect's own words where programs look for them."""


class DoorFault(Exception):
    """Becomes the `error` of an answer."""


UNSUPPORTED = "unsupported action"
NO_KEY = "valid api key must be provided"
DUPLICATE = "cannot create note because it is a duplicate"
EMPTY = "cannot create note because it is empty"
NO_GAP = "The field values you have provided would make an empty question on all cards."


def no_deck(name: str) -> DoorFault:
    """Return the fault of a deck that is not there."""
    return DoorFault(f"deck was not found: {name}")


def no_model(name: str) -> DoorFault:
    """Return the fault of a note type that is not there."""
    return DoorFault(f"model was not found: {name}")


def no_note(number: object) -> DoorFault:
    """Return the fault of a note that is not there."""
    return DoorFault(f"Note was not found: {number}")
