"""What a shared link to a project says: which step it stands at."""

from __future__ import annotations

from council.ledger.model import Milestone, Project, current_milestone
from council.web.cards import Card
from council.web.i18n import Words
from council.web.kit import Place


def project_card(place: Place, project: Project, milestones: tuple[Milestone, ...], words: Words) -> Card:
    current = current_milestone(milestones)
    return Card(
        place=place,
        locale=words.catalogue.locale,
        name=f"project-{project.id}",
        path=f"/c/{place.slug}/projects/{project.id}",
        title=project.title,
        sentence=words.sentence("project.done" if current is None else f"project.at.{current.code}"),
    )


def ledger_card(place: Place, words: Words) -> Card:
    return Card(
        place=place,
        locale=words.catalogue.locale,
        name="projects",
        path=f"/c/{place.slug}/projects",
        title=words.sentence("card.projects"),
        sentence=words.sentence("card.projects.sentence", {"place": place.name}),
    )
