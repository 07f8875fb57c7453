"""Jobs: the rows that carry a photo through the analysis, and who runs them."""
