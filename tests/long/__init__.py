"""What takes minutes: `make test-long`, before a release. Nothing here may be skipped."""
