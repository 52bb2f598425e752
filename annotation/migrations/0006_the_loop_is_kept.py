"""What was shown to whom, and what the gate found, is never changed or deleted either."""

from django.db import migrations

KEPT = """
CREATE TRIGGER exposure_immutable BEFORE UPDATE OR DELETE ON annotation_exposure
FOR EACH ROW EXECUTE FUNCTION annotation_row_is_kept();
CREATE TRIGGER gate_check_immutable BEFORE UPDATE OR DELETE ON annotation_gatecheck
FOR EACH ROW EXECUTE FUNCTION annotation_row_is_kept();
"""

FREE = """
DROP TRIGGER exposure_immutable ON annotation_exposure;
DROP TRIGGER gate_check_immutable ON annotation_gatecheck;
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0005_the_loop")]

    operations = [migrations.RunSQL(KEPT, FREE)]
