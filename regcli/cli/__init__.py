"""The command line: one small module a command, each of which parses, calls and prints."""
