"""regcli: an experiment runner for regularised models, from the command line."""

__version__ = "0.1.0"
