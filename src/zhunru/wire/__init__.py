"""Codecs without sockets or files."""
