"""Checks of articles (三) and (四): software update and approval."""
