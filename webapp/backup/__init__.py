"""A study platform as one folder: the database, every file it speaks of, and a manifest written last."""
