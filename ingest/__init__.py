"""The pipeline from a card to a transcript; knows nothing of SQLite, Datasette or Typer."""
