"""One file per evidence format; each holds one `@reader`."""
