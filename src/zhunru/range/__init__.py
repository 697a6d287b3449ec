"""The virtual vehicle; for now the generator of the sample dossier."""
