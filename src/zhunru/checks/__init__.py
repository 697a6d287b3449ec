"""One file per check, in theme folders."""
