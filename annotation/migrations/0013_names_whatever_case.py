from collections import defaultdict

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models.functions import Upper


def refuse_pairs(apps, schema_editor):
    """Names that differ in capitals alone could be made once. Nobody is renamed here: each signs in with the name they know."""
    people = apps.get_model("annotation", "User").objects.annotate(loud=Upper("username")).order_by("pk")
    named = defaultdict(list)
    for pk, username, loud in people.values_list("pk", "username", "loud"):
        named[loud].append(f"{username} (id {pk})")
    alike = [" and ".join(names) for names in named.values() if len(names) > 1]
    if alike:
        raise RuntimeError(
            f"These user names differ in capitals alone, which is no longer possible: {'; '.join(alike)}. "
            "Agree with these people who gets another name, give it to them with\n"
            "  manage.py shell -c \"from annotation.models import User; User.objects.filter(pk=ID).update(username='NAME')\"\n"
            "and migrate again. Nothing was changed."
        )


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0012_journal'),
    ]

    operations = [
        migrations.AlterModelManagers(name='user', managers=[]),
        migrations.RunPython(refuse_pairs, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('username'), name='user_name_whatever_case', violation_error_message='Somebody has this user name already.'),
        ),
    ]
