"""A form as somebody typed it: read field by field, every problem collected, nothing they typed lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeVar, overload

from council.kernel import ids
from council.kernel.area import parse_area
from council.kernel.clock import CHINA
from council.kernel.errors import Detail, Invalid, TooMany
from council.kernel.money import parse_money
from council.kernel.text import clean, clean_line
from council.web.uploads import Upload

T = TypeVar("T", bound=str)
V = TypeVar("V")

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，：－", "0123456789.,:-")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a field cannot be taken: a code whose sentence is filled with `details`."""

    field: str
    code: str
    details: Mapping[str, Detail]


class Form:
    """Readers return the value, or a stand-in after noting a problem: call `check()` before using it."""

    def __init__(self, values: Mapping[str, list[str]], files: Mapping[str, list[Upload]] | None = None) -> None:
        self._values = values
        self._files = files or {}
        self._errors: dict[str, str] = {}
        self._details: dict[str, Detail] = {}
        self._secrets: set[str] = set()
        self.is_put_off = False

    @classmethod
    def blank(cls, **defaults: str | Iterable[str]) -> Form:
        """A form nobody has filled in yet, with what it starts from; it carries a fresh `key`."""
        given = {name: [value] if isinstance(value, str) else list(value) for name, value in defaults.items()}
        return cls({"key": [ids.new_id()], **given})

    # readers

    def line(self, name: str, *, least: int = 0, most: int = 200, missing: str = "form.missing") -> str:
        """One line of text of `least` to `most` signs. Codes: `missing`, form.too_short, form.too_long."""
        return self._measured(name, clean_line(self._raw(name)), least, most, missing)

    def text(self, name: str, *, least: int = 0, most: int = 4000, missing: str = "form.missing") -> str:
        """Text with its line ends. Codes as for `line`."""
        return self._measured(name, clean(self._raw(name)), least, most, missing)

    def secret(self, name: str, *, least: int = 1, most: int = 200) -> str:
        """A password: exactly as typed, never given back to a page."""
        self._secrets.add(name)
        return self._measured(name, self._raw(name), least, most, "form.missing")

    def choice(self, name: str, options: Iterable[T]) -> T:
        """One of `options` (an enum class or strings). Codes: form.not_chosen, form.not_a_choice."""
        known = {str(option): option for option in options}
        value = self._raw(name)
        if value not in known:
            self.reject(name, "form.not_a_choice" if value else "form.not_chosen")
            return next(iter(known.values()))
        return known[value]

    def many(self, name: str, options: Iterable[T] | None = None) -> list[T] | list[str]:
        """Every value of ticked boxes or of a repeated field; with `options`, form.not_a_choice for any other."""
        values = [clean_line(value) for value in self._values.get(name, [])]
        if options is None:
            return values
        known = {str(option): option for option in options}
        if any(value not in known for value in values):
            self.reject(name, "form.not_a_choice")
        return [known[value] for value in dict.fromkeys(values) if value in known]

    @overload
    def integer(self, name: str, *, least: int = 0, most: int = 10**9, required: Literal[True] = True) -> int: ...
    @overload
    def integer(self, name: str, *, least: int = 0, most: int = 10**9, required: bool) -> int | None: ...
    def integer(self, name: str, *, least: int = 0, most: int = 10**9, required: bool = True) -> int | None:
        """A whole number. Codes: form.missing, form.not_a_number, form.too_small, form.too_large."""
        number = self._parsed(name, _parse_whole, least, "form.not_a_number", required)
        if number is not None and number < least:
            self.reject(name, "form.too_small", least=least)
        if number is not None and number > most:
            self.reject(name, "form.too_large", most=most)
        return number

    @overload
    def area(self, name: str, *, required: Literal[True] = True) -> int: ...
    @overload
    def area(self, name: str, *, required: bool) -> int | None: ...
    def area(self, name: str, *, required: bool = True) -> int | None:
        """dm² from "89.53". Codes: form.missing, form.not_an_area."""
        return self._parsed(name, parse_area, 0, "form.not_an_area", required)

    @overload
    def money(self, name: str, *, required: Literal[True] = True) -> int: ...
    @overload
    def money(self, name: str, *, required: bool) -> int | None: ...
    def money(self, name: str, *, required: bool = True) -> int | None:
        """Fen from "50,000" or "1234.56". Codes: form.missing, form.not_money."""
        return self._parsed(name, parse_money, 0, "form.not_money", required)

    @overload
    def when(self, name: str, *, required: Literal[True] = True) -> datetime: ...
    @overload
    def when(self, name: str, *, required: bool) -> datetime | None: ...
    def when(self, name: str, *, required: bool = True) -> datetime | None:
        """An aware UTC instant from a `datetime-local` field, read in the courtyard's zone. Code: form.not_a_time."""
        return self._parsed(name, _parse_local, _EPOCH, "form.not_a_time", required)

    @overload
    def day(self, name: str, *, required: Literal[True] = True) -> date: ...
    @overload
    def day(self, name: str, *, required: bool) -> date | None: ...
    def day(self, name: str, *, required: bool = True) -> date | None:
        """A calendar day. Codes: form.missing, form.not_a_date."""
        return self._parsed(name, date.fromisoformat, _EPOCH.date(), "form.not_a_date", required)

    def flag(self, name: str) -> bool:
        """A ticked box."""
        return bool(self._values.get(name))

    def key(self, name: str = "key") -> str:
        """The id this form was printed with: the same one again is a double tap. Code: form.no_key."""
        value = self._raw(name)
        if not ids.is_id(value):
            self.reject("", "form.no_key")
        return value

    def files(self, name: str, *, least: int = 0, most: int = 1) -> list[Upload]:
        """Uploads with something in them. Codes: form.file_missing, form.too_many_files."""
        uploads = [upload for upload in self._files.get(name, []) if upload.size]
        if len(uploads) < least:
            self.reject(name, "form.file_missing")
        if len(uploads) > most:
            self.reject(name, "form.too_many_files", most=most)
        return uploads[:most]

    # problems

    def reject(self, name: str, code: str, /, **details: Detail) -> None:
        """Note a problem with a field ("" is the form as a whole); the first one of a field stands."""
        if name not in self._errors:
            self._errors[name] = code
            self._details |= {f"{name}.{key}": value for key, value in details.items()}

    def also(self, invalid: Invalid | None) -> None:
        """Note what a rule says against fields that could be read, beside those that could not."""
        if invalid is not None:
            again = Form({}).refused(invalid)
            for problem in again.problems:
                self.reject(problem.field, problem.code, **problem.details)

    def unharmed(self, names: Iterable[str]) -> frozenset[str]:
        """Those of these fields against which nothing was noted."""
        return frozenset(name for name in names if name not in self._errors)

    def check(self) -> None:
        """Invalid with every problem noted so far."""
        if self._errors:
            raise Invalid(self._errors, **self._details)

    def refused(self, invalid: Invalid) -> Form:
        """This form with the problems of `invalid`, its own or a service's, to be shown again."""
        self._errors = dict(invalid.errors)
        self._details = dict(invalid.details)
        return self

    def put_off(self, many: TooMany) -> Form:
        """This form with all that was typed, and when it may be sent again."""
        self.is_put_off = True
        return self.refused(Invalid({"": many.code}, minutes=many.minutes))

    def renewed(self) -> Form:
        """This form as it was filled in, with a fresh key: sent again it is another one."""
        return Form({**self._values, "key": [ids.new_id()]}, self._files)

    def keeping(self, name: str, value: str) -> Form:
        """This form with one more hidden value: what it brought already, so that nobody has to choose it again."""
        return Form({**self._values, name: [value]}, self._files)

    def sent_before(self, name: str = "", code: str = "form.other_words") -> Form:
        """This form renewed, after a verb said form.used_before: it was sent with something else in it, and what stands
        in it now may be sent as well. Said at the field `name`."""
        fresh = self.renewed()
        fresh.reject(name, code)
        return fresh

    # for templates

    def value(self, name: str, default: str = "") -> str:
        """What was typed; "" for a password."""
        if name in self._secrets or "password" in name:
            return ""
        values = self._values.get(name)
        return values[0] if values else default

    def values(self, name: str) -> list[str]:
        return list(self._values.get(name, []))

    def starting(self, prefix: str) -> dict[str, list[str]]:
        """Every field whose name begins so, with its values."""
        return {name: list(values) for name, values in self._values.items() if name.startswith(prefix)}

    def error(self, name: str) -> Problem | None:
        """The problem of a field. Its details are those noted for it, else those of the whole refusal."""
        code = self._errors.get(name)
        if code is None:
            return None
        start = f"{name}."
        plain = {key: value for key, value in self._details.items() if "." not in key}
        own = {key[len(start) :]: value for key, value in self._details.items() if key.startswith(start)}
        return Problem(name, code, plain | own)

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in the order in which they were noted."""
        return list(self._each())

    def problems_by(self, names: Iterable[str]) -> list[Problem]:
        """Every problem in the order of `names`, the form's fields as they stand; those of no such field come last."""
        place = {name: at for at, name in enumerate(names)}
        return sorted(self._each(), key=lambda problem: place.get(problem.field, len(place)))

    # inside

    def _each(self) -> Iterator[Problem]:
        for name in self._errors:
            problem = self.error(name)
            if problem is not None:
                yield problem

    def _raw(self, name: str) -> str:
        values = self._values.get(name)
        return values[0] if values else ""

    def _parsed(self, name: str, parse: Callable[[str], V], stand_in: V, code: str, required: bool) -> V | None:
        text = clean_line(self._raw(name)).translate(_FULL_WIDTH)
        if not text:
            if required:
                self.reject(name, "form.missing")
            return stand_in if required else None
        try:
            return parse(text)
        except (ValueError, OverflowError):
            self.reject(name, code)
            return stand_in

    def _measured(self, name: str, text: str, least: int, most: int, missing: str) -> str:
        if least and not text:
            self.reject(name, missing)
        elif len(text) < least:
            self.reject(name, "form.too_short", least=least, have=len(text))
        elif len(text) > most:
            self.reject(name, "form.too_long", most=most, have=len(text))
        return text


def _parse_whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise ValueError("number")
    return int(text)


def _parse_local(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if not 1970 < instant.year < 2200 or len(text) < len("2026-03-15T18:00"):
        raise ValueError("time")
    return (instant if instant.tzinfo else instant.replace(tzinfo=CHINA)).astimezone(UTC)
