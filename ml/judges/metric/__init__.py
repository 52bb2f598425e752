"""A no-reference metric on the crop of a region (paper, section 5.1): statistics of natural scenes and affine fits."""
