"""Tests of studylens/web/sheets, and the small worlds they share."""
