"""What pages, polls, claims and sweeps read of other students' rows: nothing that grows with them."""
