"""Pathways: kinds of matters, their presets, the gates between a wish and work on site. No clock, no database."""
