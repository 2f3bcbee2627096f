"""Naming the holder of a mandate, in the app and from paper."""

from __future__ import annotations

from dataclasses import dataclass

from council.accounts.forms import read_phone
from council.web.forms import Form


@dataclass(frozen=True, slots=True)
class Named:
    key: str
    name: str
    phone: str


def parse_holder(form: Form, name: str = "holder_name", phone: str = "holder_phone") -> Named:
    """Somebody by name and telephone; problems are noted in the form."""
    return Named(form.key(), form.line(name, least=1, most=40), read_phone(form, phone))
