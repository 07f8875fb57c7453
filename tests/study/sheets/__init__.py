"""Tests of studylens/study/sheets, and the small worlds they share."""
