"""The analysis process: everything heavy, one photo at a time, never Flask nor the database."""
