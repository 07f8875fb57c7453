"""Tests of studylens/web/packs, and the small worlds they share."""
