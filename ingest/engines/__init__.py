"""Who recognises speech: one module an engine."""
