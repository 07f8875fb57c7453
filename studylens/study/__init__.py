"""Study: packs and what a student does with them."""
