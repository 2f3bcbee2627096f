"""Slips read back from their PDF, the way a household reads its own: whose it is, which kind, which code."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from council.documents.slips import ACROSS, DOWN, PER_PAGE
from council.kernel.ids import ALPHABET
from tests.journeys.tongue import english, found_in

WORD = "{http://www.w3.org/1999/xhtml}word"
PAGE = "{http://www.w3.org/1999/xhtml}page"


@dataclass(frozen=True, slots=True)
class ReadSlip:
    words: str
    code: str

    def says(self, *words: str) -> bool:
        """Whether it does, in either language."""
        return all(word in self.words or self._says_in_english(word) for word in words)

    def _says_in_english(self, words: str) -> bool:
        spoken = english(words)
        return isinstance(spoken, re.Pattern) and found_in(self.words, re.compile(spoken.pattern.replace(r"\s+", "")))


def read(pdf: Path) -> list[ReadSlip]:
    """Every slip of the pile, row by row."""
    boxes = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout
    found: list[ReadSlip] = []
    for page in ET.fromstring(boxes).iter(PAGE):
        width, height = float(page.attrib["width"]) / ACROSS, float(page.attrib["height"]) / DOWN
        places: dict[int, list[str]] = defaultdict(list)
        for word in page.iter(WORD):
            column, row = int(float(word.attrib["xMin"]) // width), int(float(word.attrib["yMin"]) // height)
            places[row * ACROSS + column].append(word.text or "")
        found += [_slip(places[place]) for place in range(PER_PAGE) if place in places]
    return found


def _slip(words: list[str]) -> ReadSlip:
    halves = [word for word in words if len(word) == 4 and all(sign in ALPHABET for sign in word)]
    return ReadSlip("".join(words), "".join(halves[:2]))


def code(slips: list[ReadSlip], *words: str) -> str:
    """The code of the one slip that says all of these."""
    fitting = [slip for slip in slips if slip.says(*words)]
    assert len(fitting) == 1, f"{len(fitting)} slips say {words}: {[slip.words[:60] for slip in slips]}"
    return fitting[0].code
