"""Checks of article (六): combined driver assistance."""
