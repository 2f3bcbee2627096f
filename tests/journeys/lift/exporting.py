"""What leaves the house: the committee's tables, the counters' bundle, and checks that need no trust in us."""

from __future__ import annotations

import csv
import io
import json

import openpyxl

from tests.journeys.lift.neighbours import COMMITTEE, EVERYBODY, GRID_WORKER, LUO, NINE, SECRETARY, TENANT, XIE
from tests.journeys.lift.story import TITLE, C, Story


async def download_the_ledger(story: Story) -> None:
    """Opened as an office would: the figures are those of the pages."""
    committee = await story.at_work(COMMITTEE)
    await committee.go(f"{C}/committee")
    book = await committee.download(committee.page.locator("a[href$='/projects.xlsx']"), story.folder / "projects.xlsx")
    heads, *rows = openpyxl.load_workbook(book).active.iter_rows(values_only=True)
    row = dict(zip(heads, rows[0], strict=True))
    assert TITLE in row.values()
    assert 628_460 in row.values(), row
    table = await committee.download(committee.page.locator("a[href$='/motions.csv']"), story.folder / "motions.csv")
    raw = table.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "a double click opens it right"
    assert b"\r\n" in raw
    (motion,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    figures = list(motion.values())
    for figure in ("12", "979.87", "9", "801.00", "7", "688.15", "1", "56.50", "56.35"):
        assert figure in figures, motion


async def take_the_bundle(story: Story) -> None:
    """A counter downloads it; the secretary may not; the recount agrees without a network."""
    worker, secretary = await story.at_work(GRID_WORKER), await story.at_work(SECRETARY)
    await secretary.go(f"{story.motion}/bundle.json", status=403)
    await worker.go(f"{story.motion}/count")
    bundle = await worker.download(worker.page.locator("a[href$='bundle.json']"), story.folder / "decision.json")
    assert json.loads(bundle.read_text())["format"] == "council.decision/1"
    done = story.house.council("audit", str(bundle))
    assert done.returncode == 0, done.stderr
    recount = json.loads(done.stdout)
    assert recount["matches"] is True
    assert recount["verdict"]["outcome"] == "passed"
    assert recount["tally"]["counted"]["agree"] == {"persons": 7, "area_dm2": 68815}
    assert recount["tally"]["counted"]["participants"] == {"persons": 9, "area_dm2": 80100}


async def verify_the_log(story: Story) -> None:
    """The whole log holds, and still holds what the receipts of two voters were made from."""
    known = [word for receipt in story.receipts for word in ("--receipt", str(receipt))]
    done = story.house.council("log", "verify", "--community", "courtyard", *known)
    assert done.returncode == 0, done.stdout + done.stderr


def read_the_servers_log(story: Story) -> None:
    """It names nobody: no number, no code, no choice, no password."""
    log = story.house.log()
    told = [one.phone for one in (*NINE, LUO, TENANT, XIE, *EVERYBODY)] + [slip.code for slip in story.slips]
    assert not [secret for secret in told if secret in log]
    assert "choice=" not in log
    assert "Traceback" not in log
