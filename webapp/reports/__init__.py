"""Pages for printing: what a paper's data section needs, whole in one file."""
