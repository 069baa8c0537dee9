"""A semantic model for people to look at: as a picture and as a page."""
