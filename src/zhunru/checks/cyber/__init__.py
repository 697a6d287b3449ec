"""Checks of article (二): cybersecurity."""
