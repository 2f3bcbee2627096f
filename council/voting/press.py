"""The words of the 公告 and the 公示 of one vote, put in their places on the paper (`documents.notice_paper`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from council.documents.notice_paper import NoticePaper, Row
from council.kernel.errors import Detail
from council.registry.model import Community
from council.voting.duty import Duty, Officer, is_witnessed
from council.voting.figures import digest_groups, digest_words
from council.voting.model import Basis, Channel
from council.voting.motion import Convener, Extension
from council.voting.motion_view import MotionView
from council.voting.official import Official
from council.voting.press_tables import PressTables
from council.voting.press_verdict import PressVerdict

TEXT_LINES = 20
"""So many lines of the matter's own words fit on the sheet with everything else; longer texts go into an annex."""

_LINE = 84
"""Signs on a line of the sheet; a Chinese one counts for two."""


def lines_of(paragraphs: Iterable[str]) -> int:
    """How many lines these paragraphs take on the sheet, each indented by two characters."""
    return sum(max(1, -(-(4 + sum(1 + (ord(sign) > 0xFF) for sign in each)) // _LINE)) for each in paragraphs)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a notice stands in the log: its record is the `number`th, and the log that ends with it has this root."""

    number: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Press:
    """Makes the paper of one motion."""

    view: MotionView
    officers: tuple[Officer, ...]
    community: Community
    place: Place | None
    address: str
    is_result: bool
    """The result's, once it is certified; else what was posted before the vote, as it was posted."""
    extensions: tuple[Extension, ...] = ()
    official: Official | None = None
    """The result of the vote held elsewhere that counts by law, once two people have confirmed it."""

    def paper(self) -> NoticePaper:
        is_result = self.is_result
        is_asked = self.view.advice is not None and not self._is_official
        kind = ("result" if is_result else "notice") + (".advisory" if is_asked else "")
        motion = self.view.motion
        return NoticePaper(
            title=self._say(f"paper.title.{kind}", title=motion.title),
            addressee=self._say(
                f"paper.to.{self.view.say.voters}",
                scope=self.view.say.scope if motion.scope_code else self.community.name,
            ),
            opening=self._opening(),
            rows=tuple(self._rows()),
            text=self._text(),
            grids=PressTables(self.view, self.official).all() if is_result else (),
            conclusion=tuple(PressVerdict(self.view, is_result, self.official).lines()),
            closing=tuple(self._closing()),
            address=self.address,
            beside_qr=tuple(self._beside_qr()),
            seal=self._seal(),
            signed=(motion.convener_name, self.view.say.day(self._posted_at)),
            annex=self._annex(),
        )

    @property
    def _is_official(self) -> bool:
        """Whether what is posted is the result that counts by law, of the vote held elsewhere."""
        return self.is_result and self.official is not None and self.official.confirmed_at is not None

    @property
    def _ways(self) -> str:
        """How ballots are given: the ending of the codes that say so."""
        channels = set(self.view.motion.channels)
        return "both" if channels == set(Channel) else "paper" if Channel.PAPER in channels else "online"

    @property
    def _posted_at(self) -> datetime:
        """A vote's result, or the official one beside an advisory vote, has a day of its own."""
        motion = self.view.motion
        return motion.notice_at if not self.is_result else motion.result_notice_at or motion.notice_at

    @property
    def _is_long(self) -> bool:
        return lines_of(self.view.lines) > TEXT_LINES

    def _text(self) -> tuple[str, ...]:
        """The matter's own words on the announcement; a result quotes the announced text by its check code."""
        if self.is_result:
            return ()
        return (self._say("paper.annex.see"),) if self._is_long else tuple(self.view.lines)

    def _annex(self) -> tuple[str, ...]:
        if self.is_result or not self._is_long:
            return ()
        return (self._say("paper.annex", digest=self.view.text_digest), *self.view.lines)

    def _say(self, code: str, **details: Detail) -> str:
        return self.view.say.words.sentence(code, details)

    def _opening(self) -> str:
        motion, say = self.view.motion, self.view.say
        if not self.is_result or motion.result_notice_at is None:
            days = motion.preset.days.notice
            return self._say("paper.opening.notice", days=days, start=say.day(motion.notice_at))
        until = self.view.objections_until
        seen = is_witnessed(self.officers, motion.certified_at)
        code = "paper.opening.result" if seen else "paper.opening.result.counters"
        return self._say(
            "paper.opening.official" if self._is_official else code,
            days=motion.preset.days.result,
            start=say.day(motion.result_notice_at),
            end=say.instant(until) if until else "",
        )

    def _rows(self) -> list[Row]:
        motion, say = self.view.motion, self.view.say
        matter = self._say(
            "paper.matter", title=motion.title, version=motion.proposal_version, digest=self.view.text_digest
        )
        scope = self._say(
            f"paper.scope.{say.voters}",
            scope=say.scope,
            persons=say.amount(motion.roll_persons, Basis.PERSONS),
            area=say.amount(motion.roll_area_dm2, Basis.AREA),
            basis=say.area_basis,
            parking=say.parking,
        )
        opens, closes = say.instant(motion.opens_at), say.instant(motion.closes_at)
        period = self._say(f"paper.period.{self._ways}", opens=opens, closes=closes)
        rule = self._say("list.semicolon").join(say.rule())
        counters = [officer.name for officer in self.officers if officer.duty is Duty.COUNTER]
        watching = [officer.name for officer in self.officers if officer.duty is Duty.SCRUTINEER]
        return [
            Row(self._say("paper.row.matter"), matter),
            *([Row(self._say("paper.row.recalls"), motion.recalls_name)] if motion.recalls_name else []),
            Row(self._say("paper.row.scope"), scope),
            Row(self._say("paper.row.period"), period, self._longer()),
            Row(self._say("paper.row.rule"), rule, self._say("paper.law", article=say.article)),
            *([Row(self._say("paper.row.bylaws"), say.bylaws_title, "\n".join(say.bylaws()))] if say.bylaws() else []),
            Row(
                self._say("paper.row.officers"),
                self._say(
                    "paper.officers",
                    convener=motion.convener_name,
                    counters=say.join(counters),
                    scrutineer=say.join(watching),
                ),
            ),
        ]

    def _longer(self) -> str:
        """That the closing was moved, by whom and why, under the period."""
        said = [
            self._say(
                "paper.extended",
                was=self.view.say.instant(each.from_at),
                at=self.view.say.instant(each.to_at),
                day=self.view.say.day(each.extended_at),
                reason=each.reason,
            )
            for each in self.extensions
        ]
        return "\n".join(said)

    def _closing(self) -> list[str]:
        where = self.community
        contact = self._say(
            "paper.contact" if where.address else "paper.contact.no_address",
            name=where.name,
            phone=where.phone,
            address=where.address,
        )
        until = self.view.objections_until
        if not self.is_result or until is None:
            return [self._say(f"paper.how.{self._ways}"), contact]
        objecting = self._say("paper.objections", until=self.view.say.instant(until))
        return [objecting + self._say("paper.objections.answer"), contact, *self._whole_root()]

    def _whole_root(self) -> list[str]:
        """The whole check code, on a line of its own: with it on the wall nobody rewrites what is decided here."""
        if self.place is None:
            return []
        root = digest_groups(self.place.root.hex())
        return [self._say("paper.log.whole", number=f"{self.place.number:,}", root=root)]

    def _beside_qr(self) -> list[str]:
        lines = [self._say("paper.scan")]
        if self.place is not None and not (self.is_result and self.view.objections_until):
            root = digest_words(self.place.root.hex())
            lines.append(self._say("paper.log", number=f"{self.place.number:,}", root=root))
        lines.append(self._say("paper.roll", digest=self.view.roll_digest))
        return lines

    def _seal(self) -> str:
        """Representatives sign; committees seal, unless they are still being formed (筹)."""
        motion = self.view.motion
        if motion.convener is Convener.OWNERS_REPRESENTATIVE or "筹" in motion.convener_name:
            return self._say("paper.sign_here")
        return self._say("paper.seal_here")
