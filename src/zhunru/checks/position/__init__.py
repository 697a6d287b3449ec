"""Checks of article (八): positioning and timing."""
