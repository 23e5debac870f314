"""The table that bench/support/tables.py makes."""

from django.db import models


class Account(models.Model):
    aid = models.IntegerField(primary_key=True)
    bid = models.IntegerField()
    abalance = models.IntegerField()
    filler = models.CharField(max_length=84)
    bid2 = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "accounts"
