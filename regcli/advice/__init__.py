"""A look at the data before anything is fitted: what they suffer from, and what is best done with them."""
