"""The pipeline from a clip to a transcript; knows nothing of SQLite, Datasette or Typer."""
