"""Plain comparison of configurations; the table, the command line and the gate all take it from here."""
