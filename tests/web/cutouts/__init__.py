"""Tests of studylens/web/cutouts, and the small worlds they share."""
