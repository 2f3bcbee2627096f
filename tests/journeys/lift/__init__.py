"""The stations of the main job, in the order in which a lift comes about."""
