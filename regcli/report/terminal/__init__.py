"""Pictures of a run in a terminal's own characters."""
