"""One file a kind of fact; found: what each of them returns."""
