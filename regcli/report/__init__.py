"""Tables and pictures made from a run; pure functions of what the reader returns."""
