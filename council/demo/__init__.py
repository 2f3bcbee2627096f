"""A believable community for `council demo` and synthetic ones for `council seed`.

Stands to the right of every room: it builds houses and people, then plays the matters in `*.toml` through the real
services, each act at the instant it says. Nothing here is imported by the app.
"""
