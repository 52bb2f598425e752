"""What people decided, published or checked is never deleted, and changed only where a later decision is written beside it."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION annotation_row_is_kept_but_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - TG_ARGV = to_jsonb(NEW) - TG_ARGV THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of % are kept as they are.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_kept';
END $$;
"""

# Of each table, the columns that may still be written.
KEPT = {
    "exclusion": ["lifted_at", "lifted_by_id", "lifted_reason"],
    "adjudication": ["withdrawn_at", "withdrawn_by_id"],
    "codebook": ["published_by_id"],
    "anchor": ["replaced_at", "added_by_id", "made_from_id"],
    "remark": ["handled_at", "handled_by_id"],
    "viewingcheck": [],
    "seatrequest": [],
}


def _create(table: str, columns: list[str]) -> str:
    arguments = ", ".join(f"'{column}'" for column in columns)
    return (
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON annotation_{table} "
        f"FOR EACH ROW EXECUTE FUNCTION annotation_row_is_kept_but_for({arguments});"
    )


def _drop(table: str) -> str:
    return f"DROP TRIGGER {table}_kept ON annotation_{table};"


class Migration(migrations.Migration):
    dependencies = [("annotation", "0007_the_protocol")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION annotation_row_is_kept_but_for;"),
        *[migrations.RunSQL(_create(table, columns), _drop(table)) for table, columns in KEPT.items()],
    ]
