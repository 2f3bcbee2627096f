"""Passwords: argon2id, in two threads of their own, always two verifications per log-in.

A telephone may be shared by two people (a couple), so a log-in verifies the password against both places of the
number, in parallel; a missing person is a dummy hash. An unknown number, a wrong password and a shared telephone
therefore cost the same and answer the same. Both are computed even when the first one holds.
"""

from __future__ import annotations

import asyncio
import secrets
from itertools import pairwise

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from council.storage.crew import Crew

THREADS = 2
WAITING = 40
"""Hashes in the queue at most, at 0.15 to 0.3 s each: about five seconds; beyond it visitors are asked to return."""
SHARE = 16
"""Of these for one address: eight who log in at once; whoever floods the door from one keeps out nobody elsewhere."""

LEAST, MOST = 8, 200


class Passwords:
    """One per process: the cost profile, the threads and the dummy hash of that cost."""

    def __init__(self, hasher: PasswordHasher, *, waiting: int = WAITING) -> None:
        self._hasher = hasher
        self._crew = Crew("passwords", threads=THREADS, places=waiting, retry_after=5, share=SHARE)
        self._dummy = hasher.hash(secrets.token_urlsafe(16))
        self.verifications = 0
        """How many verifications were done: what the tests of equal cost count."""

    async def hash(self, password: str) -> str:
        """The encoded argon2id hash. Busy when the queue is full."""
        return await self._crew.run(lambda: self._hasher.hash(password))

    async def verify(self, hashes: tuple[str | None, ...], password: str, *, address: str = "") -> tuple[bool, bool]:
        """Whether the password is that of each of at most two hashes (None: nobody's). Always two verifications.

        `address`: whence, where strangers may ask. Busy when the queue is full, or that address's share of it.
        """
        first, second = (*hashes, None, None)[:2]
        works = [lambda each=each: self._verify(each, password) for each in (first, second)]
        both = self._crew.begin(*works, whose=address)
        holds_one, holds_other = await asyncio.gather(*both)
        return holds_one, holds_other

    def needs_rehash(self, hashed: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def hash_once(self, password: str) -> str:
        """A hash on the calling thread: for the command line and for seeding many accounts with one password."""
        return self._hasher.hash(password)

    def _verify(self, hashed: str | None, password: str) -> bool:
        self.verifications += 1
        try:
            self._hasher.verify(self._dummy if hashed is None else hashed, password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None


def production_hasher() -> PasswordHasher:
    """RFC 9106 section 4, second recommended option: argon2id, t=3, 64 MiB, 4 lanes."""
    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


def cheap_hasher() -> PasswordHasher:
    """For tests and demonstration data only: the smallest cost that argon2 takes."""
    return PasswordHasher.from_parameters(profiles.CHEAPEST)


_house: list[Passwords] = []


def use(passwords: Passwords) -> None:
    """Set what this process hashes with (the composition root, once; tests)."""
    _house[:] = [passwords]


def passwords() -> Passwords:
    """What this process hashes with: the production cost unless `use` said otherwise."""
    if not _house:
        use(Passwords(production_hasher()))
    return _house[0]


def weakness(password: str, *, phones: tuple[str, ...] = (), name: str = "") -> str | None:
    """Why a password cannot be taken ("password.too_short"), or None.

    NIST SP 800-63B: a length, a list of common ones, nothing about the person; no rules of composition.
    """
    if len(password) < LEAST:
        return "password.too_short"
    if len(password) > MOST:
        return "password.too_long"
    plain = password.casefold()
    about = {phone.lstrip("+") for phone in phones} | {name.casefold()}
    if plain in _COMMON or len(set(plain)) < 3 or _is_run(plain) or plain in about:
        return "password.too_common"
    return None


def _is_run(text: str) -> bool:
    """12345678, 87654321, abcdefgh."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


_LIST = """
password password1 password123 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890 0123456789 123123123
11223344 112233445566 12341234 123412345 12344321 1234qwer 123qweasd 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2
qwer1234 qwerty123 qwertyui qwertyuiop asdfghjk asdfghjkl asdf1234 zxcvbnm1 abc12345 abcd1234 a1234567 a12345678
a123456789 aa123456 aa12345678 123456aa 123456ab 1234abcd woaini1314 woaini520 woaini521 wo5201314 5201314520
52013145 1314520520 13145200 88888888 66668888 88886666 147258369 147852369 159753456 741852963 987654321
iloveyou iloveyou1 admin123 admin888 administrator woaiwojia xiaoqu123 shequ123 yezhu123 welcome1 letmein1
sunshine football baseball princess superman 20202020 20252025 20262026 19491001 00000000 10203040 100200300
"""
_COMMON = frozenset(_LIST.split())
