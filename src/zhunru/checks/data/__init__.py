"""Checks of article (一): data security."""
