"""A library that looks at images: region proposals, distortions, and the network. No Django, no queue."""
