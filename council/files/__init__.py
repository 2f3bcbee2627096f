"""Photos, scans and documents: checked, re-encoded, kept by digest, shown to the community's members only."""

UPLOAD_LIMIT = 60 * 1024 * 1024
"""`request_max_body_size` of a route whose form carries files: roomy enough that one photo too large is answered
with a sentence beside its field (below), not with the bare 413 that a bigger body gets."""

PHOTO_LIMIT = 15 * 1024 * 1024
PHOTOS_MOST = 3
PENDING_MOST = 30
"""Photos that one person may bring within a day and no matter shows: ten forms that were refused with three each. So
nobody fills the disk with forms that are meant to be refused."""
DOCUMENT_LIMIT = 20 * 1024 * 1024
MEGABYTE = 1024 * 1024
