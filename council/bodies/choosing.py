"""Counting the ballot in which members choose chair and deputy among themselves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from council.bodies.model import Post


def chosen(members: int, votes: Mapping[int, int]) -> int | None:
    """Whoever more than half of *all* the members named, who voted or not; None: nobody, and they vote again.

    "More than half" does not include the half itself (Civil Code art. 1259). ValueError for more votes than members.
    """
    if members < 1 or sum(votes.values()) > members or any(count < 0 for count in votes.values()):
        raise ValueError("each member has one vote")
    return next((member_id for member_id, count in votes.items() if 2 * count > members), None)


def outcome(members: int, posts: Sequence[Post], counts: Mapping[Post, Mapping[int, int]]) -> dict[Post, int | None]:
    """Who was chosen, by post. Nobody holds both: then the deputy's is open, and is chosen again."""
    found = {post: chosen(members, counts.get(post, {})) for post in posts}
    if found.get(Post.CHAIR) is not None and found.get(Post.CHAIR) == found.get(Post.DEPUTY):
        found[Post.DEPUTY] = None
    return found
