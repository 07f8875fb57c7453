"""Key terms and what proves that one is mastered."""
