"""Tests of studylens/web/commands, and the small worlds they share."""
