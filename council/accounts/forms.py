"""What people type at the door, about themselves, and at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from council.accounts.model import HowVerified
from council.accounts.phones import parse_phone
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


def parse_log_in(form: Form) -> LogIn:
    made = LogIn(read_phone(form, "phone"), form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_new_account(form: Form) -> NewAccount:
    made = NewAccount(
        form.line("name", least=1, most=40), read_phone(form, "phone"), form.secret("password"), form.flag("keep")
    )
    form.check()
    return made


def parse_new_password(form: Form) -> tuple[str, bool]:
    """The password of a reset slip, and whether this is the person's own phone."""
    made = (form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_password_change(form: Form) -> PasswordChange:
    made = PasswordChange(form.secret("current"), form.secret("password"), form.flag("keep"))
    form.check()
    return made


def parse_more_phone(form: Form) -> tuple[str, str]:
    made = (read_phone(form, "phone"), form.secret("password"))
    form.check()
    return made


def parse_phone_change(form: Form) -> PhoneChange:
    made = PhoneChange(read_phone(form, "old"), read_phone(form, "new"), read_reason(form))
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


def read_phone(form: Form, name: str) -> str:
    """A number in its one form; notes phone.malformed."""
    typed = form.line(name, least=1, most=40)
    try:
        return parse_phone(typed)
    except ValueError:
        form.reject(name, "phone.malformed")
        return typed


def read_reason(form: Form) -> str:
    return form.line("reason", least=2, most=200)
