"""Each seat is written twice on its way to a vote, and every search for the next one steps over what is left behind."""

from django.db import migrations

# By default a fifth of the table may be left behind.
OFTEN = """
ALTER TABLE annotation_assignment SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)
"""
AS_USUAL = """
ALTER TABLE annotation_assignment RESET (
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay)
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0016_cheaper_votes")]

    operations = [migrations.RunSQL(OFTEN, AS_USUAL)]
