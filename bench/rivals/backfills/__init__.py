"""The backfill as an app of a Django project."""
