"""Prelabels, promotions and model versions are never changed or deleted: what a screen or a training set was made of can be
found again."""

from django.db import migrations

KEPT = """
CREATE FUNCTION annotation_row_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'promoted_by_id' = to_jsonb(NEW) - 'promoted_by_id' THEN
        RETURN NEW;  -- a person who is deleted leaves their deeds behind
    END IF;
    RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER prelabel_immutable BEFORE UPDATE OR DELETE ON annotation_prelabel
FOR EACH ROW EXECUTE FUNCTION annotation_row_is_kept();
CREATE TRIGGER promotion_immutable BEFORE UPDATE OR DELETE ON annotation_promotion
FOR EACH ROW EXECUTE FUNCTION annotation_row_is_kept();
CREATE TRIGGER version_immutable BEFORE UPDATE OR DELETE ON annotation_modelversion
FOR EACH ROW EXECUTE FUNCTION annotation_row_is_kept();
"""

FREE = """
DROP TRIGGER prelabel_immutable ON annotation_prelabel;
DROP TRIGGER promotion_immutable ON annotation_promotion;
DROP TRIGGER version_immutable ON annotation_modelversion;
DROP FUNCTION annotation_row_is_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0003_model_versions_and_prelabels")]

    operations = [migrations.RunSQL(KEPT, FREE)]
