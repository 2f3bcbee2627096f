"""Bundles that cannot be taken, each refused with the path of its fault; and how a claim is compared."""

import json
from typing import Any

import pytest

from council.voting.bundle import LARGEST_FILE, Malformed, load, recount
from tests.voting.builders import bundle

GONE = object()
HUGE = "an integer of 5001 digits"
REQUIRED = [
    "format",
    "community",
    "community.slug",
    "community.name",
    "motion",
    "motion.id",
    "motion.title",
    "motion.text_sha256",
    "motion.opens_at",
    "motion.closes_at",
    "motion.advisory",
    "ruleset",
    "ruleset.name",
    "ruleset.thresholds",
    "ruleset.thresholds.0.counts",
    "ruleset.thresholds.1.of",
    "ruleset.thresholds.0.basis",
    "ruleset.thresholds.0.comparison",
    "ruleset.thresholds.0.numerator",
    "ruleset.thresholds.0.denominator",
    "ruleset.unreturned",
    "ruleset.channel_conflict",
    "ruleset.change",
    "roll",
    "roll.voters",
    "roll.voters.0.voter",
    "roll.voters.0.units",
    "roll.voters.0.units.0.unit",
    "roll.voters.0.units.0.area_dm2",
    "roll.voters.1.delivered",
    "ballots",
    "ballots.0.ballot",
    "ballots.0.voter",
    "ballots.0.choice",
    "ballots.0.channel",
    "ballots.0.cast_at",
]
VALUES: list[tuple[str, Any]] = [
    ("format", "council.decision/2"),
    ("community.slug", 7),
    ("motion.advisory", "no"),
    ("motion.advisory", 0),
    ("motion.opens_at", "2026-03-01T09:00:00"),
    ("motion.opens_at", "2026-03-01"),
    ("motion.opens_at", "2026-03-01 09:00:00+08:00"),
    ("motion.opens_at", "2026-02-30T09:00:00+08:00"),
    ("motion.opens_at", "２０２６-03-01T09:00:00+08:00"),
    ("motion.opens_at", "0001-01-01T00:00:00+08:00"),
    ("motion.opens_at", "2026-03-01T09:00:00.1234567Z"),
    ("motion.opens_at", 1772326800),
    ("motion.closes_at", "2026-03-01T08:59:59+08:00"),
    ("motion.closes_at", "2026-03-01T01:59:59+01:00"),
    ("ruleset.thresholds", []),
    ("ruleset.thresholds", {}),
    ("ruleset.thresholds.0", None),
    ("ruleset.thresholds.0.counts", "abstain"),
    ("ruleset.thresholds.0.of", "Roll"),
    ("ruleset.thresholds.0.basis", "votes"),
    ("ruleset.thresholds.0.comparison", ">="),
    ("ruleset.thresholds.0.numerator", 0),
    ("ruleset.thresholds.0.numerator", -1),
    ("ruleset.thresholds.0.numerator", True),
    ("ruleset.thresholds.0.numerator", 1.0),
    ("ruleset.thresholds.0.denominator", "2"),
    ("ruleset.thresholds.0.denominator", 2**53),
    ("ruleset.unreturned", "agree"),
    ("ruleset.channel_conflict", "last"),
    ("ruleset.change", "twice"),
    ("roll.voters", {}),
    ("roll.voters.0.voter", 1),
    ("roll.voters.1.voter", "v1"),
    ("roll.voters.0.units", []),
    ("roll.voters.0.units.0.area_dm2", 0),
    ("roll.voters.0.units.0.area_dm2", -8983),
    ("roll.voters.0.units.0.area_dm2", 89.83),
    ("roll.voters.0.units.0.area_dm2", "8983"),
    ("roll.voters.0.units.0.area_dm2", True),
    ("roll.voters.0.units.0.area_dm2", None),
    ("roll.voters.0.units.0.area_dm2", HUGE),
    ("roll.voters.1.units.0.unit", "1-1-101"),
    ("roll.voters.1.delivered", 1),
    ("ballots", None),
    ("ballots.1.ballot", "b1"),
    ("ballots.0.choice", None),
    ("ballots.0.choice", "yes"),
    ("ballots.0.choice", ["agree"]),
    ("ballots.0.channel", "fax"),
    ("ballots.0.cast_at", "2026-03-02T08:00:00"),
    ("ballots.1.invalid", ""),
    ("ballots.1.invalid", None),
    ("ballots.0.invalid", False),
]


def changed(path: str, value: Any) -> bytes:
    document = bundle()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    holder = document
    for step in steps:
        holder = holder[step]
    if value is GONE:
        del holder[last]
    else:
        holder[last] = value
    return as_bytes(document)


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).replace(f'"{HUGE}"', "1" + "0" * 5000).encode()


def json_path(path: str) -> str:
    return "$" + "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in path.split("."))


def test_the_plain_one_is_taken() -> None:
    assert recount(load(as_bytes(bundle()))).verdict.outcome == "passed"


@pytest.mark.parametrize("path", REQUIRED)
def test_a_missing_key(path: str) -> None:
    with pytest.raises(Malformed) as fault:
        load(changed(path, GONE))
    assert (fault.value.path, fault.value.problem) == (json_path(path), "missing")


@pytest.mark.parametrize(("path", "value"), VALUES, ids=lambda value: str(value)[:40])
def test_a_wrong_value(path: str, value: Any) -> None:
    with pytest.raises(Malformed) as fault:
        load(changed(path, value))
    assert fault.value.path == json_path(path)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1,",
        b"\xff\xfe{\x00}\x00",
        b'{"format": NaN}',
        b'{"x": Infinity}',
        b'{"format": "a\nb"}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        "楼栋,房号".encode("gb18030"),
        b"PK\x03\x04",
    ],
)
def test_what_is_no_json(data: bytes) -> None:
    with pytest.raises(Malformed) as fault:
        load(data)
    assert fault.value.path == "$"


@pytest.mark.parametrize("data", [b"[]", b"null", b"1", b'"council.decision/1"', b"true", b"1e400"])
def test_what_is_json_and_no_object(data: bytes) -> None:
    with pytest.raises(Malformed, match=r"^\$: not an object$"):
        load(data)


def test_a_key_twice_is_refused_where_it_would_be_read() -> None:
    text = json.dumps(bundle())
    twice = text.replace('"choice": "agree"', '"choice": "oppose", "choice": "agree"')
    with pytest.raises(Malformed) as fault:
        load(twice.encode())
    assert str(fault.value) == '$.ballots[0]: a key twice: "choice"'


def test_a_file_too_large() -> None:
    with pytest.raises(Malformed, match="larger than"):
        load(b" " * (LARGEST_FILE + 1))


def test_unknown_keys_are_ignored_whatever_they_hold() -> None:
    text = json.dumps(bundle() | {"note": "NOTE"})
    odd = '{"deep": ' + "[" * 500 + "]" * 500 + ', "n": 1.5e9, "big": 1' + "0" * 5000 + ', "k": 1, "k": 2}'
    assert recount(load(text.replace('"NOTE"', odd).encode())).matches


def test_a_byte_order_mark_is_let_pass() -> None:
    assert recount(load(b"\xef\xbb\xbf" + as_bytes(bundle()))).matches


@pytest.mark.parametrize(
    "instant", ["2026-03-02t00:00:00z", "2026-03-01T19:00:00-05:00", "2026-03-02T00:00:00.000000000Z"]
)
def test_one_instant_in_many_spellings(instant: str) -> None:
    plain = load(as_bytes(bundle())).ballots[0].cast_at
    assert load(changed("ballots.0.cast_at", instant)).ballots[0].cast_at == plain


def test_units_may_be_empty_where_nothing_reads_area() -> None:
    document = bundle()
    del document["ruleset"]["thresholds"][1]
    document["roll"]["voters"][0]["units"] = []
    assert recount(load(as_bytes(document))).tally.returned.agree.persons == 1


def test_opening_and_closing_at_one_instant_is_a_window() -> None:
    assert load(changed("motion.closes_at", bundle()["motion"]["opens_at"]))


class TestMatches:
    def claim(self, **claims: Any) -> bool:
        return recount(load(as_bytes(bundle() | claims))).matches

    def found(self) -> dict[str, Any]:
        return recount(load(as_bytes(bundle()))).as_json()

    def test_without_a_claim(self) -> None:
        assert self.claim()

    def test_either_half_alone(self) -> None:
        found = self.found()
        assert self.claim(tally=found["tally"])
        assert self.claim(verdict=found["verdict"])
        assert not self.claim(tally=found["tally"], verdict=found["tally"])

    def test_the_order_of_keys_is_nothing_and_the_order_of_legs_is(self) -> None:
        found = self.found()
        assert self.claim(tally=dict(reversed(found["tally"].items())))
        found["verdict"]["comparisons"].reverse()
        assert not self.claim(verdict=found["verdict"])

    @pytest.mark.parametrize("claim", [None, [], {}, 1, "passed", True, [[[[]]]]])
    def test_nonsense_is_compared_and_not_validated(self, claim: Any) -> None:
        assert not self.claim(tally=claim)
        assert not self.claim(verdict=claim)

    @pytest.mark.parametrize("persons", [True, 1.0, "1", 2, 2**60, None])
    def test_only_the_integer_itself_is_equal(self, persons: Any) -> None:
        found = self.found()
        assert found["tally"]["returned"]["agree"]["persons"] == 1
        found["tally"]["returned"]["agree"]["persons"] = persons
        assert not self.claim(tally=found["tally"])

    def test_a_key_more_or_less(self) -> None:
        found = self.found()
        assert not self.claim(tally=found["tally"] | {"remark": ""})
        del found["tally"]["refused"]
        assert not self.claim(tally=found["tally"])
