"""What a shared link to a project says: which step it stands at."""

from __future__ import annotations

from council.ledger.model import Milestone, Project, current_milestone
from council.web.cards import Card, of_page
from council.web.i18n import Words
from council.web.kit import Place


def project_card(place: Place, project: Project, milestones: tuple[Milestone, ...], words: Words) -> Card:
    current = current_milestone(milestones)
    code = "revoked" if project.revoked_at else "done" if current is None else f"at.{current.code}"
    sentence = words.sentence(f"project.{code}")
    below = f"/projects/{project.id}"
    return of_page(place, words, f"project-{project.id}", below, title=project.title, sentence=sentence)


def ledger_card(place: Place, words: Words) -> Card:
    sentence = words.sentence("card.projects.sentence", {"place": place.name})
    return of_page(place, words, "projects", "/projects", title=words.sentence("card.projects"), sentence=sentence)
