"""Looking after an archive: verify, repair, backup, restore."""
