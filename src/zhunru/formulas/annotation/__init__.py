"""Annotation of pictures: words, documents and elements of the formats that annotation tools write."""
