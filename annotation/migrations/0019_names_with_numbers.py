"""Lists of images go by their names with the numbers in them as numbers: 1, 2, 10. The table of images is written anew."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0018_replaced_scores'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='image',
            name='image_by_name',
        ),
        migrations.AddField(
            model_name='image',
            name='sort_name',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Left(models.Func(models.Func(models.F('name'), models.Value('([0-9]+)'), models.Value('00000000000000000000\\1'), models.Value('g'), function='regexp_replace', output_field=models.TextField()), models.Value('0*([0-9]{20,})'), models.Value('\\1'), models.Value('g'), function='regexp_replace', output_field=models.TextField()), 600), help_text='Lists of images go by it, then by id. An index takes no more than this of it.', output_field=models.CharField(max_length=600)),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(fields=['study', 'sort_name', 'id'], name='image_by_sort_name'),
        ),
    ]
