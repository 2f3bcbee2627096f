"""Every page and every state that somebody looks at: who stands where, and what was refused there.

A new page goes in here: `tests/looks/test_catalogue.py` fails for a route that nobody visits. `<motion lift-2-1>` in an
address is a fact of `world.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.looks.annex import LONG_BODY
from tests.looks.elections import bodies, elections
from tests.looks.stops import DESK, HOME, PEOPLE, REGISTER, ROLL, TOO_LATE, WORDS, A, B, F, G, M, P, Stop, V
from tests.looks.stops import opened as _open
from tests.looks.stops import refused as _refused

NOT_LOOKED_AT = {
    "/c/{slug}/motions/{motion_id}/deliveries/{delivery_id}/photo": "the photo itself",
    "/c/{slug}/board": "leads on to one's own entrance",
    "/c/{slug}/calendar.ics": "a calendar to subscribe to",
    "/c/{slug}/cards/{picture}": "a picture for chat applications",
    "/c/{slug}/committee/{file}": "a workbook to download",
    "/c/{slug}/desk/roll/{upload_id}/file": "a workbook to download",
    "/c/{slug}/desk/slips/{slip_id}/print": "a PDF",
    "/c/{slug}/files/{file_id}": "a picture or document",
    "/c/{slug}/feed.atom": "a feed",
    "/c/{slug}/files/{file_id}/medium": "a picture",
    "/c/{slug}/files/{file_id}/thumb": "a picture",
    "/c/{slug}/log/checkpoint": "a text for machines",
    "/c/{slug}/log/tile/{place}": "hashes for machines",
    "/c/{slug}/log/verify_receipt.py": "a program to keep",
    "/c/{slug}/log/vkey": "a text for machines",
    "/c/{slug}/log/{part}/checkpoint": "a text for machines",
    "/c/{slug}/log/{part}/tile/{place}": "hashes for machines",
    "/c/{slug}/motions/{motion_id}/ballots/{ballot_id}/receipt": "a text file to keep",
    "/c/{slug}/motions/{motion_id}/bundle.json": "a file for machines",
    "/c/{slug}/motions/{motion_id}/deadlines.ics": "a calendar's entries",
    "/c/{slug}/motions/{motion_id}/live": "news for an open page's script",
    "/c/{slug}/motions/{motion_id}/paper/prints/{print_id}/ballots.pdf": "a PDF",
    "/c/{slug}/motions/{motion_id}/lot/{lot_id}/photo": "a picture",
    "/c/{slug}/motions/{motion_id}/proxies/{proxy_id}/scan": "the signed original",
    "/c/{slug}/desk/register/{unit_id}/holders/papers/{paper_id}/scan": "the signed original",
    "/c/{slug}/desk/halts/{halt_id}/scan": "the document",
    "/c/{slug}/desk/transfers/{transfer_id}/scan": "the paper",
    "/c/{slug}/motions/{motion_id}/court/{judgment_id}/scan": "the document",
    "/c/{slug}/desk/proposals/{proposal_id}/consents/papers/{paper_id}/scan": "the signed original",
    "/c/{slug}/desk/proposals/{proposal_id}/consents/namings/{naming_id}/scan": "the document",
    "/c/{slug}/motions/{motion_id}/pack/forms.pdf": "a PDF",
    "/c/{slug}/motions/{motion_id}/paper/returns/{return_id}/image": "a picture",
    "/c/{slug}/motions/{motion_id}/turnout": "a part of the vote's page, which is looked at",
    "/c/{slug}/proposals/{proposal_id}/candidates/sheet": "a PDF",
    "/c/{slug}/proposals/{proposal_id}/live": "news for an open page's script",
    "/c/{slug}/qr/{code}": "a picture",
    "/healthz": "one word for monitoring",
    "/readyz": "one word for monitoring",
    "/metrics": "figures for monitoring",
    "/manifest.webmanifest": "a file for machines",
    "/sw.js": "a script",
    "/static/{name}": "style sheets, scripts and icons",
}
"""Routes without a page, each with the reason."""


def _anybody() -> Iterator[Stop]:
    yield from _open("anybody", "/", "/login", f"/login?next={G}/", "/login/help", "/login?said=logged_out", "/join")
    yield from _open("anybody", "/join/<code home>", "/join/<code owner>", "/join/<code reset>")
    yield from _open(
        "anybody",
        f"{G}/rules",
        f"{F}/rules",
        f"{B}/rules",
        f"{B}/bylaws",
        f"{G}/bylaws/<bylaws garden>",
        f"{G}/privacy",
        f"{G}/verify",
    )
    yield from _open("anybody", f"{G}/log", f"{B}/log")
    yield from _open("anybody", f"{B}/verify", f"{G}/verify?code=<code ballot>")
    yield from _open("anybody", "/join/AAAA2222", "/nowhere", f"{G}/nowhere", "/c/nowhere/rules", status=404)
    yield from _open("anybody", f"{G}/verify?code=AAAA-BBBB-CCCC-DDDD", status=404)
    for motion in ("lift-4", "lift-2-1", "wall-5-2", "roof-3", "market"):
        yield Stop("anybody", f"{V}/<motion {motion}>")
    yield _refused("anybody", "/login", "/login", phone="17000000001", password="not-this-one")
    yield _refused("anybody", "/login", "/login", phone=WORDS[:80], password="")
    yield _refused("anybody", "/login", "/login", 429, phone="17000000099", password="not-this-one")
    yield _refused("anybody", "/join", "/join", code="AAAA2222")
    yield _refused("anybody", "/join/<code home>", "#join", name="", phone="1", password="1")
    yield _refused("anybody", f"{G}/verify", "#receipt-form", receipt="nothing that we wrote")
    yield _refused("anybody", f"{G}/verify", "#receipt-form", receipt="")
    yield Stop("anybody", "/login", 403, raw=b"phone=17000000001&password=x")
    yield Stop("anybody", "/login", 413, raw=b"x" * 70_000)
    yield Stop("anybody", "/login/help", 405, raw=b"", method="DELETE")
    yield Stop("anybody", "/type", 400, raw=b"type=enormous")
    yield Stop("anybody", f"{P}/<proposal lift-2-1>/comments", 403, raw=TOO_LATE)  # somebody, until the log-in ran out
    yield from _open("anybody", "/styleguide/busy", "/styleguide/unknown", status=503)
    yield from _open("anybody", "/styleguide", "/styleguide?bar=act", "/offline?locale=zh_CN", "/offline?locale=en")


def _resident() -> Iterator[Stop]:
    """Zhou: an owner with two votes to cast."""
    who = "garden zhou"
    yield from _open(who, f"{G}/", f"{G}/?before=2026-02-01T00:00:00Z", f"{G}/rules", f"{G}/privacy", f"{G}/verify")
    yield from _open(who, P, *(f"{P}?show={choice}" for choice in ("mine", "building", "open")), f"{P}?page=2")
    yield from _open(who, f"{V}?show=cast", f"{V}/<motion roof-3>/notice?of=vote")
    for matter in (
        *("lift-2-1", "lift-3-2", "lift-1-3", "lift-2-3", "lift-4", "cctv", "wall-5-2", "roof-3", "rent-1"),
        *("pipes-2", "lamp-2", "bike-5", "canopy", "dance", "benches-4", "benches-4-again", "market", "chair"),
    ):
        yield Stop(who, f"{P}/<proposal {matter}>")
    yield Stop(who, f"{P}/<proposal lift-1-3>?said=proposal.filed")
    yield from _open(who, f"{V}/<motion lift-2-1>/proxy", f"{V}/<motion cctv>/proxy")
    yield _refused(who, f"{V}/<motion cctv>/proxy", "#give-form", holder_name="", holder_phone="1")
    yield Stop("garden chen", f"{V}/<motion lift-2-1>/proxy")
    yield from _open(who, f"{P}/new", f"{P}/new?kind=resident_matter")
    for kind in ("elevator", "fund_use", "common_parts", "governance", "home_to_shop", "opinion_poll"):
        yield Stop(who, f"{P}/new?kind={kind}")
    no = "&".join(f"{name}=no" for name in ("occupies_common", "charges_fee", "brings_operator", "spends_common_money"))
    yield Stop(who, f"{P}/new?kind=resident_matter&{no}")
    yield Stop(who, f"{P}/new?kind=resident_matter&occupies_common=yes", 422)
    yield _refused(who, f"{P}/new?kind=elevator", "/proposals", title="短", body=WORDS, cost="many")
    yield _refused(who, f"{P}/new?kind=opinion_poll", "/proposals", title="")
    yield from _open(who, f"{P}/<proposal lift-2-1>/comments/<comment lift-2-1/sun>")
    yield _refused(who, f"{P}/<proposal lift-3-2>", "/comments", body="")
    yield Stop(who, f"{P}/<proposal lift-2-1>/comments", 403, raw=TOO_LATE)
    yield Stop(who, P, 403, raw=b"kind=elevator&title=Lift&" + TOO_LATE)
    yield from _open(who, f"{G}/motions", f"{G}/projects", *(f"{G}/projects/<project {key}>" for key in _BUILT))
    for motion in ("lift-4", "lift-2-1", "cctv", "wall-5-2", "roof-3", "lift-2-3", "rent-1", "pipes-2", "benches-4"):
        yield from _open(who, f"{V}/<motion {motion}>", f"{V}/<motion {motion}>/notice")
    yield Stop(who, f"{V}/<motion market>")
    yield from _open(who, f"{V}/<motion pipes-2>/participation")
    yield from _open(who, f"{V}/<motion lift-2-1>/ballot", f"{V}/<motion lift-2-1>/ballot?choice=agree")
    yield from _open(who, f"{V}/<motion cctv>/ballot?choice=oppose", f"{V}/<motion cctv>/ballot?choice=abstain")
    yield Stop(who, f"{V}/<motion lift-2-1>/ballot?choice=", 422)
    yield from _open(who, f"{V}/<motion lift-4>/ballot", f"{V}/<motion roof-3>/ballot", status=409)
    yield Stop(who, f"{V}/<motion wall-5-2>/participation", 403)
    yield _refused(who, f"{V}/<motion roof-3>", "/objections", ground="")
    yield from _open(who, f"{G}/register/mine", "/me", "/me/password", "/me/phones")
    yield _refused(who, f"{G}/register/mine", "/register/mine", said="")
    yield _refused(who, "/me/password", "/me/password", current="not-this-one", password="1")
    yield _refused(who, "/me/phones", "/me/phones", phone="12", password="")
    yield from _open(who, f"{G}/search", f"{G}/search?q=电梯", f"{G}/search?q=nowhere", f"{G}/search?q={WORDS[:60]}")
    yield from _open(who, f"{G}/board/2-1", f"{G}/board/2-1?room=502", f"{G}/board/5-1?motion=none")
    yield Stop(who, DESK, 403)
    yield Stop(who, f"{P}/999999", 404)


_BUILT = ("pipes-2", "benches-4", "lift-2-3")


def _neighbours() -> Iterator[Stop]:
    """Who sees something else than an ordinary owner: voted, owns five flats, rents, is unverified, has two homes."""
    lift = f"{V}/<motion lift-2-1>"
    yield from _open("garden chen", f"{G}/", lift, f"{P}/<proposal lift-2-1>", f"{G}/motions")
    yield Stop("garden chen", f"{lift}/ballot")  # for a neighbour, by mandate
    yield Stop("garden deng", f"{lift}/ballot", 409)
    yield Stop("garden chen", f"{P}/<proposal lift-2-1>?said=comment.said&on=<comment lift-2-1/sun>")
    used = f"{P}/new?kind=elevator&form=<form lift-2-1>"
    yield Stop("garden chen", used)
    yield _refused("garden chen", used, "#new", 409, title="装一部电梯" * 4, body=LONG_BODY, occupied="no")
    yield from _open("garden chen", f"{lift}/ballots/<ballot chen>", f"{lift}/ballots/<ballot chen>/opened")
    yield from _open("garden lin", f"{G}/", f"{G}/motions", f"{V}/<motion cctv>/ballot", f"{G}/register/mine", "/me")
    yield from _open("garden lin", f"{V}/<motion pipes-2>/ballots/<ballot lin>")
    yield from _open("garden deng", f"{lift}/ballots/<ballot deng>", f"{G}/register/mine")
    yield from _open("garden he", f"{G}/", lift)
    yield Stop("garden he", f"{lift}/ballot", 403)
    yield from _open("garden tang", f"{G}/", f"{G}/motions", lift, f"{P}/<proposal lift-2-1>", "/me", f"{P}/new")
    yield Stop("garden tang", f"{lift}/ballot", 403)
    yield from _open("garden gao", f"{G}/", "/me")
    yield from _open("garden xu", f"{G}/", f"{G}/motions", lift, "/me", f"{G}/register/mine")
    yield Stop("garden xu", f"{lift}/ballot", 403)
    yield from _open("garden guo", f"{P}/<proposal lift-2-1>", f"{P}/<proposal lift-2-3>")
    yield from _open("garden ma", "/", "/me", f"{F}/", f"{F}/motions", f"{F}/proposals/<proposal van>")
    yield from _open("garden ma", f"{F}/motions/<motion locks>", f"{F}/motions/<motion drain-3>")
    yield from _open("orchard hua", f"{F}/motions/<motion locks>/ballot", f"{F}/motions/<motion locks>/notice")
    yield Stop("garden ma", f"{F}/proposals/<proposal peach>")


def _secretary() -> Iterator[Stop]:
    who = "garden secretary"
    yield from _open(who, f"{G}/", DESK, f"{P}/<proposal lift-3-2>", f"{P}/<proposal canopy>", f"{G}/motions")
    for job in (
        *("answer-<proposal lamp-2>", "answer-<proposal bike-5>", "answer-<proposal canopy>"),
        *(
            "publish-<proposal lift-3-2>",
            "question-<comment chair/both>",
            "question-<comment lift-2-1/rent>",
            "start-<proposal rent-1>",
        ),
        *("objection-<objection open>", "start-<proposal roof-3>", "milestone-<milestone>", "claims-0", "rows-0"),
        *("notice-<motion lift-4>", "vote-<motion cctv>", "sign-<motion wall-5-2>", "result-<motion roof-3>"),
        *("corrections-0", "bylaws-0"),
    ):
        yield Stop(who, f"{DESK}?open={job}")
    yield Stop(who, f"{DESK}/proposals/<proposal lift-2-1>/consents")
    yield _refused(who, f"{DESK}/proposals/<proposal lift-2-1>/consents", "#name-form", room="9999", why="")
    yield _refused(who, f"{DESK}?open=answer-<proposal canopy>", "/return", reason="")
    yield Stop(who, DESK, taps="#open-answer-<proposal canopy>")
    yield Stop(who, f"{DESK}?open=answer-<proposal canopy>", taps="form[action$='/return'] button")
    yield Stop(who, f"{DESK}?open=objection-<objection open>", taps="#closing button")
    yield Stop(who, f"{P}/<proposal lift-3-2>", taps="#say .main")
    yield Stop(who, f"{P}/<proposal lift-2-1>", taps="#under-<comment lift-2-1/sun> a")
    yield _refused(who, f"{P}/<proposal lift-3-2>", "/comments", body="")
    yield Stop(who, f"{P}/<proposal lift-2-1>/comments", 403, raw=TOO_LATE)
    yield Stop(who, P, 403, raw=b"kind=elevator&title=Lift&" + TOO_LATE)
    yield _refused(who, f"{DESK}?open=question-<comment lift-2-1/rent>", "#put", answer_from="", days="0")
    yield from _open(who, PEOPLE, f"{PEOPLE}?room=502", f"{PEOPLE}?room=nowhere", f"{PEOPLE}/units/{HOME}")
    yield from _open(who, f"{PEOPLE}/units/<unit garden 2-1-602>", f"{PEOPLE}/units/{HOME}/moved-out")
    yield _refused(who, f"{PEOPLE}/units/{HOME}/moved-out", "/moved-out", reason="")
    yield from _open(who, f"{PEOPLE}/claims/<claim waiting>", f"{PEOPLE}/claims/<claim verified>")
    yield from _open(who, f"{PEOPLE}/claims/<claim anew>")
    yield _refused(who, f"{PEOPLE}/claims/<claim waiting>", "/verify", how=None)
    yield from _open(who, f"{PEOPLE}/claims/<claim verified>/end")
    yield _refused(who, f"{PEOPLE}/claims/<claim verified>/end", "#end-form", why="")
    yield from _open(who, f"{PEOPLE}/homes/<home>")
    yield _refused(who, f"{PEOPLE}/homes/<home>", "/end", reason="")
    account = f"{PEOPLE}/accounts/<person garden zhou>"
    yield from _open(who, f"{account}/phone", f"{account}/reset")
    yield from _open(who, f"{V}/<motion cctv>/proxies", f"{G}/desk/property-staff", f"{V}/<motion cctv>/count")
    yield Stop("garden committee", f"{V}/<motion cctv>")
    yield _refused(who, f"{V}/<motion cctv>/proxies", "#record", unit="", holder_phone="1")
    yield _refused(who, f"{G}/desk/property-staff", "#mark", name="", phone="1")
    yield _refused(who, f"{account}/phone", "/phone", new="1", reason="")
    yield _refused(who, f"{account}/reset", "/reset", reason="")
    yield from _open(who, REGISTER, f"{REGISTER}?entrance=<entrance last>", f"{REGISTER}/{HOME}")
    yield from _open(who, f"{REGISTER}/{HOME}/edit", f"{REGISTER}/{HOME}/sale", f"{REGISTER}/{HOME}/representative")
    yield from _open(who, f"{REGISTER}/<unit garden 2-1-602>", f"{REGISTER}/<unit garden 2-1-602>/representative")
    yield from _open(who, f"{REGISTER}/{HOME}/owners/<owner garden zhou>")
    yield _refused(who, f"{REGISTER}/{HOME}/edit", "/edit", area="large", reason="")
    yield _refused(who, f"{REGISTER}/{HOME}/sale", "/sale", reason="")
    yield from _open(who, f"{DESK}/roll", f"{DESK}/roll/grid", f"{DESK}/bylaws", f"{G}/bylaws", f"{DESK}/corrections")
    yield from _open(who, f"{DESK}/corrections/<correction>")
    yield from _open(who, f"{DESK}/staff/give", f"{DESK}/staff/mine", f"{DESK}/staff/roles/<role liu>/end")
    yield _refused(who, f"{DESK}/staff/give", "#give", name="", phone="1", reason="", role=None)
    yield _refused(who, f"{DESK}/staff/roles/<role liu>/end", "#end", reason="")
    yield from _open("garden committee", f"{DESK}/staff")
    yield from _open("bare secretary", f"{B}/desk/staff", f"{B}/desk/staff/give")
    yield from _open(who, f"{DESK}/staff", f"{G}/search?q=502", f"{G}/board/2-1", f"{G}/board/5-2?show=yet&room=1602")
    yield from _open(who, f"{DESK}/slips", f"{DESK}/slips/<slip home>", f"{DESK}/slips/<slip reset>")
    yield from _open(who, f"{DESK}/slips/<slip owner>", f"{DESK}/slips/new/dwelling/{HOME}")
    yield from _open(who, f"{DESK}/slips/new/owner/<owner garden zhou>")
    yield _refused(who, f"{DESK}/slips/new/dwelling/{HOME}", "#new", reason="")
    yield from _open(who, f"{G}/objections/<objection open>", f"{G}/objections/<objection closed>")
    yield _refused(who, f"{G}/objections/<objection open>", "/objections/<objection open>", reply="", outcome=None)
    yield _refused(who, f"{G}/objections/<objection open>", "#step", words="", happened_at="")
    yield from _open(who, f"{V}/<motion lift-2-1>", f"{V}/<motion wall-5-2>/count", f"{V}/<motion roof-3>/count")
    yield from _open(who, f"{V}/<motion lift-2-1>/count", f"{V}/<motion lift-2-1>/roll", f"{V}/<motion wall-5-2>/roll")
    yield from _open(who, f"{V}/<motion lift-2-1>/roll?q=zz", f"{V}/<motion lift-2-1>/roll/v1")
    yield _refused(who, f"{V}/<motion lift-2-1>/roll/v1", "#suspend-form", suspend="")
    yield _refused(who, f"{V}/<motion lift-2-1>/roll/v1", "#dispute-form", dispute="")
    yield from _open(who, f"{V}/<motion roof-3>/court")
    yield _refused(who, f"{V}/<motion roof-3>/court", "#court", judgment="", number="", dated_on="", court_said="")
    ward, heir, firm = (f"{REGISTER}/<unit garden {code}>/holders" for code in ("2-3-302", "2-1-301", "1--商01"))
    yield from _open(who, f"{DESK}/holders", ward, heir, firm, f"{ward}/right", f"{ward}/acting")
    yield from _open(
        who, f"{REGISTER}/<unit garden 3-2-101>/holders", f"{REGISTER}/<unit garden 6-3-803>/holders/acting"
    )
    yield _refused(who, f"{ward}/right", "#record", says=None, words="")
    yield _refused(who, f"{ward}/acting", "#record", says=None, words="", valid_until="2020-01-01")
    yield _refused(who, ward, "#dispute-form", suspend="")
    yield from _open(who, f"{DESK}/halts/<halt>", f"{ward}/papers/<paper guardian>/end")
    yield from _open(who, f"{DESK}/transfers/<transfer>", f"{REGISTER}/<unit garden 2-1-402>/sale")
    yield from _open("garden sun", f"{DESK}/transfers/<transfer>")
    yield _refused(who, f"{DESK}/transfers/<transfer>", "#withdraw", reason="")
    yield _refused(who, f"{ward}/papers/<paper guardian>/end", "#end-form", why="")
    pack = f"{V}/<motion lift-2-1>/pack"
    yield from _open(who, pack, f"{pack}/sheets/v1", f"{V}/<motion cctv>/pack")
    yield _refused(who, f"{pack}/sheets/v1", "#take")
    yield from _open("garden zhou", pack)
    yield from _open("garden committee", pack)
    yield from _open(who, f"{V}/<motion wall-5-2>/participation", f"{V}/<motion roof-3>")
    yield from _open(
        who, f"{P}/<proposal lift-2-1>/comments/<comment lift-2-1/sun>", f"{G}/projects/<project lift-2-3>"
    )


def _staff() -> Iterator[Stop]:
    """Committee, grid worker who counts, auditor, department, operator."""
    yield from _open("garden committee", f"{G}/", DESK, f"{G}/committee", f"{DESK}/bylaws", "/me")
    yield from _open("garden committee", f"{G}/projects/<project lift-2-3>", f"{P}/<proposal chair>")
    yield from _open("garden hexin", f"{G}/board/2-1?room=502", f"{G}/board/5-2")
    yield from _open("garden hexin", f"{G}/", DESK, f"{DESK}?open=sign-<motion wall-5-2>", PEOPLE)
    yield from _open("garden hexin", f"{V}/<motion wall-5-2>/count", f"{V}/<motion pipes-2>/count")
    yield Stop("garden hexin", f"{V}/<motion market>/count")
    yield from _open("garden su", f"{G}/", DESK, f"{G}/committee", f"{V}/<motion wall-5-2>/count", f"{G}/motions")
    yield from _open("garden su", f"{DESK}?open=answer-<proposal canopy>", f"{P}/<proposal lift-2-1>")
    yield from _open("garden liu", f"{G}/", DESK, f"{P}/<proposal lift-3-2>")
    yield from _open("garden yi", f"{G}/", PEOPLE)
    yield from _open(
        "orchard secretary",
        f"{F}/desk",
        f"{F}/desk/bylaws",
        f"{F}/bylaws/<bylaws orchard>",
        f"{F}/motions/<motion drain-3>/count",
    )
    yield from _open("orchard committee", f"{F}/bylaws", f"{F}/bylaws/<bylaws orchard>")
    yield Stop("orchard committee", f"{F}/desk?open=bylaws-<bylaws orchard>")
    yield _refused(
        "orchard secretary", f"{F}/desk/bylaws", "#propose", title="", profile="beijing", value_dissent="yes"
    )


def _doors() -> Iterator[Stop]:
    """From door to door: what each home's papers did, the second person, sheets, posting."""
    board, papers = f"{G}/board/2-1?motion=<motion lift-2-1>", f"{V}/<motion lift-2-1>/deliveries"
    who = "garden hexin"
    yield from _open(who, f"{board}&room=502", f"{board}&room=402", f"{board}&room=602", f"{board}&show=missed")
    yield from _open(who, f"{board}&room=101&done=502&said=delivery.delivered", papers, f"{papers}/posting")
    yield _refused(who, f"{board}&room=101", "#door", receiver_kind="household")
    yield from _open(who, f"{papers}/sheets", f"{papers}/sheets/1", f"{V}/<motion cctv>/deliveries/sheets")
    yield _refused(who, f"{papers}/sheets/1", "#signed", key="")
    yield _refused(who, f"{papers}/posting", "#posting", key="")
    yield from _open("garden secretary", papers, f"{DESK}?open=deliveries-<motion lift-2-1>", f"{board}&room=301")
    yield _refused("garden secretary", papers, "#ids", why="")
    yield Stop("garden zhou", papers, 403)


def _paper() -> Iterator[Stop]:
    """Paper ballots: printed, taken back, read; and what everybody else sees of them."""
    who, at = "garden secretary", f"{V}/<motion cctv>/paper"
    yield from _open(who, at, f"{at}/print", f"{at}/print?whom=voter-1", f"{at}/prints/<print cctv>")
    yield from _open(who, f"{at}/returns", f"{at}/returns?kept=<kept taken>", f"{at}/returns?kept=<kept refused>")
    yield from _open(who, f"{G}/paper/<serial out>", f"{G}/paper/<serial back>", f"{V}/<motion rent-1>/count")
    yield Stop(who, f"{G}/paper/AAAABBBBCC", 404)
    yield _refused(who, f"{at}/returns", "#return", serial="")
    yield from _open("anybody", f"{G}/paper/<serial out>", f"{V}/<motion rent-1>")
    yield Stop("garden zhou", f"{G}/paper/<serial out>")
    at = f"{A}/motions/<motion papers>/paper"
    yield from _open("annex secretary", at, f"{at}/print", f"{A}/motions/<motion papers>/count", f"{at}/returns")
    yield Stop("annex secretary", f"{at}/follow-up")
    yield Stop("annex hua", f"{A}/motions/<motion papers>")
    yield from _open("annex bai", at, f"{at}/keying", f"{at}/keying?stack=1", f"{A}/motions/<motion papers>/count")
    yield from _open("annex ni", f"{at}/keying")
    yield from _open("annex bai", f"{at}/keying?serial=AAAABBBBCC", f"{at}/keying?serial=<serial read>", status=404)
    yield _refused("annex bai", f"{at}/keying", "#keying", mark="7")
    yield from _open("annex shen", f"{at}/disputes")
    yield _refused("annex shen", f"{at}/disputes", "#decide-<return disputed>", mark="", why="")
    yield Stop("annex bai", f"{at}/disputes")
    yield Stop("annex hua", at, 403)


def _fund() -> Iterator[Stop]:
    """How the maintenance fund pays: the annex of a vote, the desk's plan, and one that is still to be made."""
    yield from _open("garden zhou", f"{V}/<motion cctv>/plan", f"{V}/<motion cctv>/plan?homes=61")
    yield Stop("anybody", f"{V}/<motion cctv>/plan")
    yield from _open("garden committee", f"{DESK}/proposals/<proposal cctv>/plan")
    plan = f"{A}/desk/proposals/<proposal ready>/plan"
    yield Stop("annex secretary", plan)
    yield _refused("annex secretary", plan, "#plan", total="", subsidy="many", other="5")
    yield _refused("annex secretary", plan, "#balances", as_of="")
    yield Stop("annex hua", plan, 403)


def _annex() -> Iterator[Stop]:
    """Long names, thirty of everything, odd endings."""
    desk = "annex secretary"
    for who in ("annex hua", desk):
        yield from _open(who, f"{A}/", f"{A}/proposals", f"{A}/motions", "/me")
        for matter in ("long", "english", "called-off", "split", "revised", "sent-back", "taken-back", "shop"):
            yield Stop(who, f"{A}/proposals/<proposal {matter}>")
        for motion in ("english", "called-off", "split"):
            yield Stop(who, f"{A}/motions/<motion {motion}>")
    who = "annex hua"
    yield from _open(who, f"{A}/proposals?page=2", f"{A}/proposals?show=mine", f"{A}/register/mine")
    yield from _open(who, f"{A}/proposals/<proposal long>?page=2", f"{A}/motions/<motion english>/notice")
    yield from _open(who, f"{A}/proposals/<proposal long>/comments/<comment long/long>")
    yield from _open(who, f"{A}/proposals/<proposal sent-back>/revise", f"{A}/proposals/<proposal sent-back>/withdraw")
    yield _refused(who, f"{A}/proposals/<proposal sent-back>/revise", "/revise", title="", body=LONG_BODY.strip())
    yield _refused(who, f"{A}/proposals/<proposal sent-back>/withdraw", "/withdraw", reason="")
    another = {"version": "1", "title": "另一个写得更清楚的题目"}
    yield _refused(who, f"{A}/proposals/<proposal revised>/revise", "/revise", 409, **another)
    yield _refused(who, f"{A}/proposals/<proposal long>", "/comments", body="", stance="question")
    yield from _open(
        desk, f"{A}/desk", f"{A}/desk?open=answer-<proposal shop>", f"{A}/desk?open=publish-<proposal ready>"
    )
    shop = f"{A}/desk/proposals/<proposal shop>/consents"
    yield from _open(desk, shop, f"{shop}/<consent waiting>", f"{shop}/<consent dropped>", f"{shop}/<consent asked>")
    yield _refused(desk, shop, "#name-form", room="9999", why="")
    yield _refused(desk, f"{shop}/<consent asked>", "#paper-form")
    yield _refused(desk, f"{shop}/<consent asked>", "#drop-form", reason="")
    yield Stop("annex hua", shop, 403)
    publish = f"{A}/desk?open=publish-<proposal ready>"
    yield _refused(desk, publish, "/publish", convener_name="", opens_at="2026-01-01T09:00", closes_at="")
    yield Stop(desk, publish, taps="form[action$='/publish'] .main")
    yield Stop(desk, f"{A}/desk?mine=31")
    yield from _open(desk, f"{A}/motions/<motion split>/count", f"{A}/desk/people", ROLL, f"{A}/desk/register")
    yield from _open(
        desk, f"{ROLL}/<upload faulty>", f"{ROLL}/<upload other>", f"{ROLL}/<upload faulty>/rows/<row faulty>"
    )
    yield _refused(desk, f"{ROLL}/<upload faulty>/rows/<row faulty>", "/drop", reason="")
    yield from _open(desk, f"{A}/board/9-1", f"{A}/board/9-1?room=3412", f"{A}/search?q=雨棚")
    yield Stop("annex committee", f"{A}/committee")


def _empty() -> Iterator[Stop]:
    """Nothing has happened; and a community that has no register yet."""
    who = "meadow hua"
    yield from _open(who, f"{M}/proposals", f"{M}/proposals?show=mine", f"{M}/motions", f"{M}/projects")
    yield Stop(who, f"{M}/")
    yield from _open("meadow ma", f"{M}/", f"{M}/register/mine", status=500)
    yield from _open(who, f"{M}/search", f"{M}/search?q=电梯", f"{M}/board/1-1")
    desk = "meadow secretary"
    yield from _open(desk, f"{M}/", f"{M}/desk", f"{M}/desk/people", f"{M}/desk/corrections", f"{M}/desk/bylaws")
    yield from _open("meadow committee", f"{M}/committee", f"{M}/desk", f"{M}/register/mine")
    bare = "bare secretary"
    yield from _open(bare, f"{B}/", f"{B}/desk", f"{B}/proposals", f"{B}/motions", f"{B}/projects", f"{B}/desk/roll")
    yield from _open(bare, f"{B}/desk/people", f"{B}/desk/slips", f"{B}/desk/register", f"{B}/committee", "/me")


PARTS = {
    "anybody": _anybody,
    "resident": _resident,
    "neighbours": _neighbours,
    "secretary": _secretary,
    "staff": _staff,
    "doors": _doors,
    "paper": _paper,
    "fund": _fund,
    "annex": _annex,
    "empty": _empty,
    "bodies": bodies,
    "elections": elections,
}
"""The catalogue in the pieces that the tests run side by side."""
