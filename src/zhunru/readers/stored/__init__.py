"""Stored data looked at for identifiers: cells and lines in, sightings and their account out. Values are counted and masked, never kept."""
