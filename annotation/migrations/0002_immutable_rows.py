"""What the product promises about rows, kept by PostgreSQL itself: votes are never edited, a voted-on mask never moves,
snapshots never change. Also: seats are updated all the time, so their index is vacuumed early."""

from django.db import migrations

VOTES = """
CREATE FUNCTION annotation_vote_is_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A vote is never deleted; retract it.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'vote_immutable';
    END IF;
    IF to_jsonb(OLD) - 'retracted_at' <> to_jsonb(NEW) - 'retracted_at'
       OR (OLD.retracted_at IS NOT NULL AND NEW.retracted_at IS DISTINCT FROM OLD.retracted_at) THEN
        RAISE EXCEPTION 'A vote is never edited; retract it.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'vote_immutable';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vote_immutable BEFORE UPDATE OR DELETE ON annotation_vote
FOR EACH ROW EXECUTE FUNCTION annotation_vote_is_said();
"""

REGIONS = """
CREATE FUNCTION annotation_region_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM annotation_vote WHERE region_id = OLD.id) THEN
        RAISE EXCEPTION 'Region % has votes; its mask is frozen.', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'region_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER region_frozen BEFORE UPDATE OF image_id, rle, x, y, width, height, area, level ON annotation_region
FOR EACH ROW WHEN ((OLD.image_id, OLD.rle, OLD.x, OLD.y, OLD.width, OLD.height, OLD.area, OLD.level)
                   IS DISTINCT FROM (NEW.image_id, NEW.rle, NEW.x, NEW.y, NEW.width, NEW.height, NEW.area, NEW.level))
EXECUTE FUNCTION annotation_region_is_frozen();
"""

SNAPSHOTS = """
CREATE FUNCTION annotation_snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A snapshot is never changed or deleted.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'snapshot_immutable';
END $$;
CREATE TRIGGER snapshot_immutable BEFORE UPDATE OR DELETE ON annotation_snapshot
FOR EACH ROW EXECUTE FUNCTION annotation_snapshot_is_frozen();
"""

SEATS = """
ALTER TABLE annotation_assignment SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial")]

    operations = [
        migrations.RunSQL(
            VOTES, "DROP TRIGGER vote_immutable ON annotation_vote; DROP FUNCTION annotation_vote_is_said;"
        ),
        migrations.RunSQL(
            REGIONS, "DROP TRIGGER region_frozen ON annotation_region; DROP FUNCTION annotation_region_is_frozen;"
        ),
        migrations.RunSQL(
            SNAPSHOTS, "DROP TRIGGER snapshot_immutable ON annotation_snapshot; DROP FUNCTION annotation_snapshot_is_frozen;"
        ),
        migrations.RunSQL(SEATS, migrations.RunSQL.noop),
    ]
