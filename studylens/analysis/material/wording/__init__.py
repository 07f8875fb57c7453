"""Words of nine languages: lexicon (what is dull), patterns (how they define), phrases (what cards say)."""
