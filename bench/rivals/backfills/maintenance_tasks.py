"""The tasks, which django-maintenance-tasks finds by the name of this file."""

from django.db.models import F, Max

from backfills.models import Account
from maintenance_tasks import MaintenanceTask


class FillRows(MaintenanceTask):
    """As the package's README writes a backfill; up to a key, if one is given."""

    description = "Fill bid2, a row at a time."

    def collection(self):
        pending = Account.objects.filter(bid2__isnull=True)
        return pending.filter(aid__lte=self.arguments["up_to"]) if "up_to" in self.arguments else pending

    def process(self, account):
        account.bid2 = account.bid
        account.save(update_fields=["bid2"])


class FillRanges(MaintenanceTask):
    """A range of keys is an item."""

    description = "Fill bid2, 5,000 keys at a time."
    batch_size = 1

    def collection(self):
        return range(0, Account.objects.aggregate(last=Max("aid"))["last"], 5000)

    def process(self, lower):
        Account.objects.filter(aid__gt=lower, aid__lte=lower + 5000, bid2__isnull=True).update(bid2=F("bid"))
