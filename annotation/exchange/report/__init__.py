"""A study's methods and results as one page for printing: figures as plain numbers, texts in templates."""
