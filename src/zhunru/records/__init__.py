"""One file per record kind."""
