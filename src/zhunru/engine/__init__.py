"""Dossier, cache, plan, run, ledger: the flow of house.md section 1."""
