"""What leaves the house as files: reads only."""
