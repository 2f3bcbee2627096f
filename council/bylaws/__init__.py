"""A community's own rules of procedure: versions that two people confirmed, within what law and city admit."""
