"""Law as data: one TOML per instrument, and its loader."""
