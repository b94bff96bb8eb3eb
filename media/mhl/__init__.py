"""ASC MHL 2.0: what was copied and verified, in the form that other programs of the trade read; MHL 1.x is read."""
