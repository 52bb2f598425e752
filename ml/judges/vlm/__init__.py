"""Any Hugging Face vision-language model, shown a region by a box on the image (paper, section 5.1)."""
