"""Checks that keep every page true: rules of access, valid HTML and CSS, nothing sideways, nothing that jumps."""
