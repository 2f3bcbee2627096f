"""Devices that somebody has logged in on before: their own wrong passwords are counted there, apart from everybody's.

Guesses at a password have to be limited, and whoever knows a telephone number can use the limit up: a neighbour who
types ten wrong passwords would keep the secretary out on the day of the vote. So a device on which a person has logged
in carries a mark of that account (a cookie, not for scripts, for a year after the last log-in), and

* with the mark, a try counts for this device (10 in a quarter of an hour) and for all marked devices of that person
  together (30), and not for the number or the address: strangers cannot use these up, for they have no such device;
* without it, a try counts for the number (10) and the address (60), whether anybody has the number or not.

A guesser is no better off: without a mark the limits are what they were, and nobody comes by a mark but with the
password. One half of a couple with one telephone, whose mark lets them try at the other half's password, has those 30
and no more, in however many browsers. Nothing tells a stranger whether a number exists or which devices are marked:
the same statements, the same two verifications and as many marks compared either way. What remains: whoever is
attacked and comes with a device that is new to them waits a quarter of an hour, or gets a slip at the desk.

    RANDOM.MARK.MARK   RANDOM is the device's, a MARK the keyed hash of RANDOM and an account: who has logged in here
                       cannot be read out of it, so it may stay on somebody else's device and after the log-out, which
                       is when it is needed
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 6
"""Accounts a device; the latest."""
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{22}}(\.[A-Za-z0-9_-]{{22}}){{1,{MOST}}}")
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """`random` is fresh for a device that brought nothing, or nothing of ours."""

    random: str
    marks: tuple[str, ...] = ()

    @classmethod
    def read(cls, cookie: str) -> Marks:
        if not _SHAPE.fullmatch(cookie):
            return cls(secrets.token_urlsafe(16))
        random, *marks = cookie.split(".")
        return cls(random, tuple(marks))

    def known(self, person_ids: Sequence[int], secret: bytes) -> int | None:
        """The first of the at most two people of a telephone who has logged in here; always two are looked for."""
        looked_for = (*person_ids, _NOBODY, _NOBODY)[:2]
        found = [person_id for person_id in looked_for if self._holds(_mark(secret, self.random, person_id))]
        return found[0] if found else None

    def with_person(self, person_id: int, secret: bytes) -> str:
        """The cookie's value from now on."""
        mark = _mark(secret, self.random, person_id)
        return ".".join((self.random, mark, *[each for each in self.marks if each != mark][: MOST - 1]))

    def _holds(self, mark: str) -> bool:
        padded = (*self.marks, *[""] * MOST)[:MOST]
        return any([hmac.compare_digest(each, mark) for each in padded])  # noqa: C419 - every one is compared


def _mark(secret: bytes, random: str, person_id: int) -> str:
    digest = hmac.new(secret, f"device:{random}:{person_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode("ascii").rstrip("=")
