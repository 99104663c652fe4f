"""Arrays, threads, memory and the conditions under which numbers are made."""
