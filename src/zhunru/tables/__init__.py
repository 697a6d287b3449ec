"""One file per subject matter: columns with units, and the `@derive` routes into them."""
