"""How pages look to somebody: language, size of letters, light or dark."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")
""" "auto" follows the phone."""


@dataclass(frozen=True, slots=True)
class Look:
    """What has been chosen; None is "never chosen", which is not the same as having chosen what is usual.

    Two of them meet: the account's and the device's (its cookies, set by the switches signed out or in). The rule:

    * Signed in, the account's choice holds on every device; where the account has none, the device's does.
    * A switch while signed in changes account and device, so other devices follow at their next page.
    * At log-in the account takes over what it has none of from the device: a choice made just before is not lost. A
      device of one's own then keeps the account's look, so that it stays after the log-out; a shared one does not.
    * Signed out, the device's choice holds, then the browser's wish (language) and the phone's (light or dark).
    """

    locale: str | None = None
    type_size: str | None = None
    theme: str | None = None

    def over(self, other: Look) -> Look:
        """This, and the other where nothing is chosen here."""
        return Look(self.locale or other.locale, self.type_size or other.type_size, self.theme or other.theme)


UNCHOSEN = Look()
