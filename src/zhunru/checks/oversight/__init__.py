"""Checks of articles (九) to (十一): self-inspection and supervision."""
