"""Where steps run: one module a place."""
