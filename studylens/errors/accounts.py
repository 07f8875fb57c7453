"""What goes wrong between a person and an account."""

from http import HTTPStatus

from studylens.errors.refusals import Refused
from studylens.language import mark


class BadName(Refused):
    """No name for an account."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_name"
    sentence = mark("A name has 2 to 120 characters that can be seen.")


class NameTaken(Refused):
    """Another account has this name."""

    status = HTTPStatus.CONFLICT
    code = "name_taken"
    sentence = mark("This name is taken. Choose another, or sign in if it is yours.")


class BadPassword(Refused):
    """A new password that is too short, too long or too common."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_password"
    sentence = mark("Choose another password.")


class WrongSignIn(Refused):
    """Name and password, or name and code, do not belong together; which of the two is not said."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_sign_in"
    sentence = mark("Name and password do not belong together. Check both.")


class WrongInvite(Refused):
    """An invitation that is mistyped, used or over."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_invite"
    sentence = mark("This invitation is not right, was used, or is over. Ask for another one.")


class WrongLink(Refused):
    """A link to a new password that is mistyped, used or over."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_link"
    sentence = mark("This link was used, or its half hour is over. Ask for another one.")


class WrongPasskey(Refused):
    """A passkey's answer that does not check, or a passkey that is not known here."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_passkey"
    sentence = mark("This passkey was not accepted here. Try again, or sign in another way.")


class UsedUp(WrongPasskey):
    """A passkey's answer that was sent before."""


class SignUpClosed(Refused):
    """The operator makes no new accounts."""

    status = HTTPStatus.FORBIDDEN
    code = "sign_up_closed"
    sentence = mark("New accounts are not made here. You can study without one.")


class NoAccount(Refused):
    """Something that only whoever is signed in can do."""

    status = HTTPStatus.FORBIDDEN
    code = "no_account"
    sentence = mark("This needs an account. Sign in first.")


class HasAccount(Refused):
    """A guest who has an account already asks for one, or is to become part of another one."""

    status = HTTPStatus.CONFLICT
    code = "has_account"
    sentence = mark("This device is signed in to an account. Sign out first; nothing is lost by that.")


class ProveFirst(Refused):
    """Whoever changes how to get in must show once more who they are."""

    status = HTTPStatus.FORBIDDEN
    code = "prove_first"
    sentence = mark("Your password is not right. It is asked for once more, since this changes who gets in.")


class LastWayIn(Refused):
    """The last passkey of an account without a password."""

    status = HTTPStatus.CONFLICT
    code = "last_way_in"
    sentence = mark("This is your only way in. Choose a password first.")
