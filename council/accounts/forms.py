"""What people type at the door, about themselves, and at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from council.accounts.model import HowVerified
from council.accounts.passwords import LEAST
from council.accounts.phones import parse_phone
from council.kernel.actor import Role
from council.web.forms import Form


@dataclass(frozen=True, slots=True)
class LogIn:
    phone: str
    password: str
    is_own_phone: bool


@dataclass(frozen=True, slots=True)
class NewAccount:
    name: str
    phone: str
    password: str
    is_own_phone: bool


@dataclass(frozen=True, slots=True)
class PasswordChange:
    current: str
    password: str
    is_own_phone: bool


@dataclass(frozen=True, slots=True)
class PhoneChange:
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewRole:
    name: str
    phone: str
    role: Role
    reason: str


def parse_log_in(form: Form) -> LogIn:
    _asked_for(form, "phone", "password")
    made = LogIn(read_phone(form, "phone"), form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_new_account(form: Form) -> NewAccount:
    """Everything that is wrong at once, the length of the password too: it is typed again after each refusal."""
    _asked_for(form, "name", "phone")
    name, phone = form.line("name", least=1, most=40), read_phone(form, "phone")
    _long_enough(form, "password")
    made = NewAccount(name, phone, form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_new_password(form: Form) -> tuple[str, bool]:
    """The password of a reset slip, and whether this is the person's own phone."""
    _long_enough(form, "password")
    made = (form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_password_change(form: Form) -> PasswordChange:
    _asked_for(form, "current")
    _long_enough(form, "password")
    made = PasswordChange(form.secret("current"), form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_more_phone(form: Form) -> tuple[str, str]:
    _asked_for(form, "phone", "password")
    made = (read_phone(form, "phone"), form.secret("password"))
    form.check()
    return made


def parse_phone_change(form: Form) -> PhoneChange:
    made = PhoneChange(read_phone(form, "old"), read_phone(form, "new"), read_reason(form))
    form.check()
    return made


def parse_new_role(form: Form, roles: Iterable[Role]) -> NewRole:
    """To whom, by the name and telephone of their account, and which of `roles`."""
    _asked_for(form, "name", "phone")
    name, phone = form.line("name", least=1, most=40), read_phone(form, "phone")
    made = NewRole(name, phone, form.choice("role", roles), read_reason(form))
    form.check()
    return made


def parse_how(form: Form) -> HowVerified:
    how = form.choice("how", HowVerified)
    form.check()
    return how


def parse_reason(form: Form) -> str:
    reason = read_reason(form)
    form.check()
    return reason


def parse_code(form: Form) -> str:
    """What was typed as the code of a slip; whether it opens anything, its service says."""
    _asked_for(form, "code")
    form.line("code", least=1, most=40)
    form.check()
    return form.value("code")


_MISSING = {
    "code": "code.missing",
    "name": "name.missing",
    "phone": "phone.missing",
    "password": "password.missing",
    "current": "current.missing",
}


def _asked_for(form: Form, *names: str) -> None:
    """Notes a field left empty by the name of what is wanted, since the list above the form repeats it."""
    for name in names:
        if not _typed(form, name).strip():
            form.reject(name, _MISSING[name])


def _long_enough(form: Form, name: str) -> None:
    typed = _typed(form, name)
    if len(typed) < LEAST:
        form.reject(name, "password.too_short" if typed else "password.choose")


def _typed(form: Form, name: str) -> str:
    """As it came, a password's as well."""
    return next(iter(form.values(name)), "")


def read_phone(form: Form, name: str) -> str:
    """A number in its one form; notes phone.malformed."""
    typed = form.line(name, least=1, most=40)
    try:
        return parse_phone(typed)
    except ValueError:
        form.reject(name, "phone.malformed")
        return typed


def read_reason(form: Form) -> str:
    return form.line("reason", least=2, most=200, missing="form.no_reason")
