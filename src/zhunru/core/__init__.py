"""The nine words: clause, subject, evidence, table, record, check, finding, verdict, gate. Pure: no I/O, no clock, no randomness."""
