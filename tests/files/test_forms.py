"""Files out of a form, and the sentences for those that cannot be taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from litestar.datastructures import UploadFile

from council.files import PHOTO_LIMIT, forms, handing_in, service, store
from council.files.model import Purpose
from council.kernel.errors import Invalid
from council.storage.database import AnyEngine
from council.web.catalogues import LOCALES, load
from council.web.forms import Form
from council.web.uploads import Upload, received
from tests.files.test_service import NOW, PDF, neighbour

ROOT = Path(__file__).parents[2]


async def upload(name: str, data: bytes) -> Upload:
    return await received(UploadFile(content_type="image/jpeg", filename=name, file_data=data))


async def test_photos_come_with_their_names() -> None:
    form = Form({}, {"photos": [await upload("C:\\院子.jpg", b"one"), await upload("", b"")]})
    assert await forms.photos(form) == [forms.Received("院子.jpg", b"one")]
    form.check()


async def test_a_photo_too_large_is_named_and_none_is_read() -> None:
    sent = [await upload("small.jpg", b"one"), await upload("big.jpg", b"\0" * (PHOTO_LIMIT + 1))]
    form = Form({"title": ["电梯"]}, {"photos": sent})
    assert await forms.photos(form) == []
    problem = form.error("photos")
    assert problem is not None
    assert (problem.code, dict(problem.details)) == ("file.too_large", {"file": "big.jpg", "limit": 15})
    assert form.value("title") == "电梯"


async def test_four_photos_are_too_many_and_no_document_is_missing() -> None:
    form = Form({}, {"photos": [await upload(f"{n}.jpg", b"x") for n in range(4)]})
    assert await forms.photos(form) == []
    assert await forms.documents(form, least=1) == []
    with pytest.raises(Invalid) as refused:
        form.check()
    assert refused.value.errors == {"photos": "form.too_many_files", "document": "form.file_missing"}


def test_every_code_has_a_sentence_in_both_languages() -> None:
    sources = [*(ROOT / "council/files").glob("*.py"), ROOT / "council/documents/fonts.py"]
    found = {
        code for path in sources for code in re.findall(r'"((?:file|documents)\.[a-z_]+)"', path.read_text("utf-8"))
    } - {"file.thumb", "file.medium"}  # names of routes
    assert len(found) > 8
    for locale in LOCALES:
        catalogue = load(ROOT / "locales", locale, True)
        for code in found:
            assert "%(file)s" in catalogue.gettext(code) or code in {
                "file.not_a_member",
                "file.staff_only",
                "documents.font_missing",
                "file.too_many_pending",
            }


async def test_a_refused_forms_paper_is_kept_for_whoever_brought_it(db: AnyEngine, tmp_path: Path) -> None:
    store.use(tmp_path / "files")
    alice, bob = await neighbour(), await neighbour(name="Bob")
    scan = await service.save_document(actor=alice, data=PDF, name="a.pdf", now=NOW, purpose=Purpose.SCAN)
    form = Form({"scan": [str(scan.id)]})
    kept = [await handing_in.document(each, form, NOW, purpose=Purpose.SCAN) for each in (alice, bob)]
    assert kept == [scan, None]
