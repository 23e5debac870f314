"""The smallest project that django-maintenance-tasks runs in; the database is the one of libpq's environment."""

import os

SECRET_KEY = "a benchmark has no secrets"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "maintenance_tasks", "backfills"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ.get("PGUSER", ""),
        "HOST": os.environ.get("PGHOST", ""),
        "PORT": os.environ.get("PGPORT", ""),
    }
}
# runs the job in this process, at once: no queue and no worker in between
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
# so that one job goes on to the end, where the immediate backend would nest the next one in it
MAINTENANCE_TASKS = {"MAX_RUNTIME": 3600}
