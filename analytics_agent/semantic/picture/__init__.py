"""A semantic model for people to look at: `picture.picture` draws it as SVG, `page.told` is what a page shows of it."""
