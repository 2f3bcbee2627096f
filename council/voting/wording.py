"""A motion in one language: amounts, rule, comparisons, times. Pages and papers say the same because both ask here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.bylaws.wording import quoted, title_of
from council.kernel.area import format_area
from council.kernel.clock import CHINA
from council.pathways.model import Electorate, Text
from council.voting.delivery import is_told_online, posting_days
from council.voting.figures import Leg, Phrase, phrases
from council.voting.model import Basis, Of, Unreturned
from council.voting.motion import Motion
from council.web.filters import NBSP, day_words
from council.web.i18n import Words
from council.web.places import place

AREA_BASES = frozenset({"exclusive_register", "exclusive_survey", "exclusive_contract", "built_register", "inside"})


@dataclass(frozen=True, slots=True)
class Wording:
    """Owners are counted as persons (人), residents as households (户): `electorate` ends those codes."""

    words: Words
    motion: Motion

    @property
    def voters(self) -> str:
        return "owners" if self.motion.electorate is Electorate.OWNERS else "households"

    def law(self, text: Text) -> str:
        """A sentence of law that travels with the preset."""
        return text.zh if self.words.catalogue.locale == "zh_CN" else text.en

    @property
    def article(self) -> str:
        return self.law(self.motion.preset.article)

    @property
    def conclusion(self) -> str:
        if self.motion.ruleset.only_reads_opposition:
            source = self.motion.procedure.dissent.source
            rule = self.law(Text(source.zh, source.en))
            return self.words.sentence("paper.passed.dissent", {"clause": source.clause, "rule": rule})
        return self.law(self.motion.preset.conclusion)

    @property
    def scope(self) -> str:
        return place(self.words, self.motion.scope_code)

    # amounts

    def number(self, amount: int, basis: Basis) -> str:
        """ "12" or "859.60": a figure under a heading that names its unit."""
        return f"{amount:,}" if basis == Basis.PERSONS else format_area(amount)

    def amount(self, amount: int, basis: Basis) -> str:
        """ "3 人", "3 户" or "214.60 ㎡"."""
        if basis == Basis.AREA:
            return f"{format_area(amount)}{NBSP}㎡"
        code = f"amount.{self.voters}" + (".one" if amount == 1 else "")
        return self.words.sentence(code, {"n": f"{amount:,}"})

    def measure(self, basis: Basis) -> str:
        """The heading of a column: 业主人数（人）, 户数, 专有部分面积（㎡）."""
        return self.words.sentence("measure.area" if basis == Basis.AREA else f"measure.{self.voters}")

    def amounts(self, persons: int, area_dm2: int) -> str:
        """ "3 人、214.60 ㎡", or persons alone where the rule does not ask about areas."""
        listed = [self.amount(persons, Basis.PERSONS)]
        if self.motion.ruleset.reads_area:
            listed.append(self.amount(area_dm2, Basis.AREA))
        return self.join(listed)

    def join(self, listed: list[str]) -> str:
        return self.words.sentence("list.comma").join(listed)

    # the rule

    def rule(self) -> list[str]:
        """Each leg as a sentence, then what silence means, and where it means anything, what a delivery is."""
        said = [self.phrase(each) for each in phrases(self.motion.ruleset)]
        if self.motion.is_election:
            said += self._seats()
        said.append(self.silence)
        if self.motion.ruleset.unreturned is Unreturned.NOT_PARTICIPATING:
            return said
        days = posting_days(self.motion)
        told = [self.words.sentence("rule.delivery.online")] if is_told_online(self.motion) else []
        posted = self.words.sentence("rule.delivery.posting", {"days": days}) if days else ""
        return [
            *said,
            self.words.sentence("rule.delivery"),
            *told,
            posted or self.words.sentence("rule.delivery.no_posting"),
        ]

    @property
    def silence(self) -> str:
        """没投票的不算参与: what becomes of whoever sends nothing back."""
        return self.words.sentence(f"unreturned.{self.motion.ruleset.unreturned}")

    def _seats(self) -> list[str]:
        """Of an election: how many names; where seats are filled by it, who goes first and what becomes of too few."""
        short = f"rule.election.{self.motion.procedure.short_result.value}"
        seats = {"seats": self.motion.seats}
        most = self.words.sentence("rule.election.most", seats)
        if self.motion.is_advisory:
            return [most]
        return [
            most,
            self.words.sentence("rule.election.order"),
            self.words.sentence(short, seats),
        ]

    def rule_in_short(self) -> str:
        """参与要到三分之二；其中同意要超过一半: one line; persons or areas are told apart by `rule`."""
        said = [
            self.words.sentence(
                f"rule_short.{self._code(each).removeprefix('rule.')}",
                {"share": self.words.sentence(each.share.code, each.share.details)},
            )
            for each in phrases(self.motion.ruleset)
        ]
        return self.words.sentence("list.semicolon").join(said)

    def phrase(self, phrase: Phrase) -> str:
        if phrase.code == "rule.everybody":
            return self.words.sentence(f"rule.everybody.{self.voters}")
        share = self.words.sentence(phrase.share.code, phrase.share.details)
        what = self.words.sentence(f"rule_what.{phrase.bases}.{self.voters}")
        return self.words.sentence(self._code(phrase), {"what": what, "share": share})

    def _code(self, phrase: Phrase) -> str:
        """In an election who is agreed to is a candidate, each measured alone."""
        if self.motion.is_election and phrase.code.startswith("rule.agree.participants."):
            return phrase.code.replace("agree", "chosen")
        return phrase.code

    def change(self) -> str:
        return self.words.sentence(f"change.{self.motion.ruleset.change}")

    def bylaws(self) -> list[str]:
        """What of this vote's procedure rests on the bylaws, each with its clause and page."""
        return quoted(self.words, self.motion.procedure)

    @property
    def bylaws_title(self) -> str:
        return title_of(self.motion.procedure)

    # comparisons

    def leg_name(self, leg: Leg) -> str:
        """同意的业主人数"""
        return self.words.sentence(f"leg_name.{leg.name}.{self.voters}")

    def leg(self, leg: Leg) -> str:
        """参与的业主人数 10 人，要到全体 12 人的三分之二"""
        share = self.words.sentence(leg.share.code, leg.share.details)
        of = "leg_of.roll" if leg.of is Of.ROLL else "leg_of.participants"
        details = {
            "what": self.leg_name(leg),
            "got": self.amount(leg.got, leg.basis),
            "of": self.words.sentence(of),
            "whole": self.amount(leg.whole, leg.basis),
            "share": share,
        }
        return self.words.sentence(leg.code, details)

    def left(self, leg: Leg) -> str:
        """3×10＝30"""
        return self._product(leg.share.denominator, leg.got, leg.left)

    def right(self, leg: Leg) -> str:
        """2×12＝24"""
        return self._product(leg.share.numerator, leg.whole, leg.right)

    def sign(self, leg: Leg) -> str:
        """What holds between the two: "，不少于 "."""
        return self.words.sentence(leg.sign)

    def _product(self, factor: int, amount: int, product: int) -> str:
        return self.words.sentence("leg.product", {"factor": factor, "n": f"{amount:,}", "product": f"{product:,}"})

    def need(self, leg: Leg) -> str:
        """The least (or most) that meets it, in whole persons or hundredths of a square metre."""
        amount = self.amount(leg.need, leg.basis)
        return self.words.sentence("leg.most", {"n": amount}) if leg.comparison == "at_most" else amount

    def failed(self, leg: Leg) -> str:
        """同意的业主人数还差 1 人"""
        code = "leg_short.over" if leg.comparison == "at_most" else "leg_short.under"
        return self.words.sentence(code, {"what": self.leg_name(leg), "by": self.amount(leg.short, leg.basis)})

    # areas, times

    @property
    def area_basis(self) -> str:
        known = self.motion.area_basis if self.motion.area_basis in AREA_BASES else "other"
        return self.words.sentence(f"area_basis.{known}")

    @property
    def parking(self) -> str:
        return self.words.sentence("parking.yes" if self.motion.is_parking_counted else "parking.no")

    def instant(self, at: datetime) -> str:
        """3月15日（周日）18:00 with its year, for paper; midnight is 24:00 of the day before."""
        local = at.astimezone(CHINA)
        clock = f"{local:%H:%M}"
        if (local.hour, local.minute) == (0, 0):
            local, clock = local - timedelta(days=1), "24:00"
        gap = "" if self.words.catalogue.locale == "zh_CN" else NBSP
        return f"{day_words(local.date(), self.words.catalogue.locale, 0)}{gap}{clock}"

    def day(self, at: datetime) -> str:
        return day_words(at.astimezone(CHINA).date(), self.words.catalogue.locale, 0)
