"""ristretto255 (RFC 9496): a group of prime order in which encodings are unique. Section numbers are the RFC's.

Plain Python integers: correct, not constant time. Whoever can time a single multiplication may learn something of
its scalar, so nothing here may run on a secret where a stranger holds the stop-watch closely (a network's jitter
and the database's commit cover one commitment; a proof over all ballots is made after closing, in a batch).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""The group's order; scalars are taken modulo it."""

D = 37095705934669439343138083508754565189542113879843219016388785533085940283555
SQRT_M1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
ONE_MINUS_D_SQ = 1159843021668779879193775521855586647937357759715417654439879720876111806838
D_MINUS_ONE_SQ = 40440834346308536858101042469323190826248399146238708352240133220865137265952

_WINDOW = 6
_POSITIONS = -(-ORDER.bit_length() // _WINDOW)
_Cached = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element of the group, as any of the curve points that stand for it (extended coordinates, x·y = z·t)."""

    x: int
    y: int
    z: int
    t: int

    def __eq__(self, other: object) -> bool:
        """Section 4.3.3: several points stand for the same element."""
        if not isinstance(other, Element):
            return NotImplemented
        return (self.x * other.y - self.y * other.x) % P == 0 or (self.y * other.y - self.x * other.x) % P == 0

    def __hash__(self) -> int:
        return hash(self.encode())

    def __add__(self, other: Element) -> Element:
        return _add(self, _cached(other))

    def __neg__(self) -> Element:
        return Element(-self.x % P, self.y, self.z, -self.t % P)

    def __sub__(self, other: Element) -> Element:
        return self + -other

    def __mul__(self, scalar: int) -> Element:
        """scalar·self, the scalar taken modulo the order."""
        multiples = _multiples(self, 16)
        total = IDENTITY
        for digit in (scalar % ORDER).to_bytes(32).hex():
            total = _double(_double(_double(_double(total))))
            if digit != "0":
                total = _add(total, multiples[int(digit, 16)])
        return total

    __rmul__ = __mul__

    def encode(self) -> bytes:
        """The one 32-byte encoding (section 4.3.2)."""
        x, y, z = self.x, self.y, self.z
        u1, u2 = (z + y) * (z - y) % P, x * y % P
        _, inverse = _sqrt_ratio(1, u1 * u2 * u2 % P)
        den1, den2 = inverse * u1 % P, inverse * u2 % P
        z_inverse = den1 * den2 * self.t % P
        if self.t * z_inverse % P & 1:
            x, y, den = y * SQRT_M1 % P, x * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
        else:
            den = den2
        if x * z_inverse % P & 1:
            y = -y
        return _absolute(den * (z - y)).to_bytes(32, "little")


def decode(encoding: bytes) -> Element:
    """The element of a 32-byte encoding; ValueError for every string that `encode` never gives (section 4.3.1)."""
    s = int.from_bytes(encoding, "little")
    if len(encoding) != 32 or s >= P or s & 1:
        raise ValueError("not a canonical encoding")
    square = s * s % P
    u1, u2 = 1 - square, 1 + square
    u2_square = u2 * u2 % P
    v = (-D * u1 * u1 - u2_square) % P
    was_square, inverse = _sqrt_ratio(1, v * u2_square % P)
    den_x = inverse * u2 % P
    x = _absolute(2 * s * den_x)
    y = u1 * inverse * den_x * v % P
    t = x * y % P
    if not was_square or t & 1 or y == 0:
        raise ValueError("not an element")
    return Element(x, y, 1, t)


def from_uniform(data: bytes) -> Element:
    """The one-way map: an element of unknown logarithm from 64 uniform bytes, such as a SHA-512 (section 4.3.4)."""
    if len(data) != 64:
        raise ValueError("64 bytes")
    return _map(data[:32]) + _map(data[32:])


def base_times(scalar: int) -> Element:
    """scalar·B by a table of B's multiples: additions only (the first call builds the table, see `warm_up`)."""
    rest, total, mask = scalar % ORDER, IDENTITY, (1 << _WINDOW) - 1
    for multiples in _base_table():
        if rest & mask:
            total = _add(total, multiples[rest & mask])
        rest >>= _WINDOW
    return total


def warm_up() -> None:
    """Build the table before the first request needs it."""
    _base_table()


@cache
def _base_table() -> list[list[_Cached]]:
    """Row i holds k·2^(window·i)·B for every digit k of the window."""
    rows, power = [], BASE
    for _ in range(_POSITIONS):
        rows.append(_multiples(power, 1 << _WINDOW))
        for _ in range(_WINDOW):
            power = _double(power)
    return rows


def _multiples(element: Element, count: int) -> list[_Cached]:
    """0·e, 1·e … (count−1)·e, ready to be added."""
    step, total, row = _cached(element), IDENTITY, []
    for _ in range(count):
        row.append(_cached(total))
        total = _add(total, step)
    return row


def _cached(e: Element) -> _Cached:
    return (e.y - e.x) % P, (e.y + e.x) % P, 2 * D * e.t % P, 2 * e.z % P


def _add(one: Element, other: _Cached) -> Element:
    """Twisted Edwards addition, a = −1, complete on this curve (Hisil et al. 2008, 3.1)."""
    minus, plus, t2d, z2 = other
    a, b = (one.y - one.x) * minus, (one.y + one.x) * plus
    c, d = one.t * t2d, one.z * z2
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return Element(e * f % P, g * h % P, f * g % P, e * h % P)


def _double(one: Element) -> Element:
    """Twisted Edwards doubling, a = −1 (Hisil et al. 2008, 3.3)."""
    a, b = one.x * one.x % P, one.y * one.y % P
    h = a + b
    e = (h - (one.x + one.y) ** 2) % P
    g = a - b
    f = (2 * one.z * one.z + g) % P
    return Element(e * f % P, g * h % P, f * g % P, e * h % P)


def _map(half: bytes) -> Element:
    """MAP of section 4.3.4, from 32 bytes whose highest bit is ignored."""
    r0 = int.from_bytes(half, "little") & (1 << 255) - 1
    r = SQRT_M1 * r0 * r0 % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = _sqrt_ratio(u, v)
    c = -1
    if not was_square:
        s, c = -_absolute(s * r0) % P, r
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return Element(w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def _sqrt_ratio(u: int, v: int) -> tuple[bool, int]:
    """(True, +√(u/v)), or (False, +√(√−1·u/v)) when u/v is no square (SQRT_RATIO_M1, section 4.2)."""
    v3 = v * v * v % P
    r = u * v3 * pow(u * v3 * v3 * v, (P - 5) // 8, P) % P
    check, u = v * r * r % P, u % P
    if check in (-u % P, -u * SQRT_M1 % P):
        r = r * SQRT_M1 % P
    return check in (u, -u % P), _absolute(r)


def _absolute(value: int) -> int:
    """CT_ABS: of a number and its opposite, the even one."""
    value %= P
    return P - value if value & 1 else value


IDENTITY = Element(0, 1, 1, 0)
BASE = decode(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))
"""The standard generator B (section 4.1)."""
