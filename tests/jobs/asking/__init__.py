"""What the analysis is asked, by kind."""
