"""Council (邻里议事厅): where a residential courtyard decides things."""

__version__ = "0.1.0"
