"""How the house speaks HTTP: pages, forms, words, errors, the session's cookie. It knows no room.

What controllers use is named here; `council.web.forms` has `Form` for a room's `forms.py`,
`council.web.sessions` sets and clears the session's cookie for accounts.
"""

from council.web.bodies import Malformed
from council.web.forms import Form, Problem
from council.web.kit import Identify, Kit, Place, Request, Signed, client_address, kit
from council.web.reading import read_form
from council.web.render import fragment, page, wants_fragment
from council.web.responses import later, see_other
from council.web.uploads import Upload
from council.web.visits import (
    PersonVisit,
    PublicVisit,
    SignIn,
    SiteVisit,
    Visit,
    enter,
    enter_as,
    enter_person,
    enter_public,
    enter_site,
    local_path,
    return_path,
)

__all__ = [
    "Form",
    "Identify",
    "Kit",
    "Malformed",
    "PersonVisit",
    "Place",
    "Problem",
    "PublicVisit",
    "Request",
    "SignIn",
    "Signed",
    "SiteVisit",
    "Upload",
    "Visit",
    "client_address",
    "enter",
    "enter_as",
    "enter_person",
    "enter_public",
    "enter_site",
    "fragment",
    "kit",
    "later",
    "local_path",
    "page",
    "read_form",
    "return_path",
    "see_other",
    "wants_fragment",
]
