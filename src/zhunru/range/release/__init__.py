"""A fictitious car whose software update may be released: everything that a gate asks for, so that one thing at a time can be spoilt."""
