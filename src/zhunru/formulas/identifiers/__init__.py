"""Identifiers of persons and vehicles in text: what they are, how they are written, how certain a sighting is."""
