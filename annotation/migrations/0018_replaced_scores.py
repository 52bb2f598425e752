"""An outside score that another one takes the place of is a line of the journal."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0017_vacuum'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='deed',
            name='deed_kind_known',
        ),
        migrations.AlterField(
            model_name='deed',
            name='kind',
            field=models.CharField(choices=[('study_made', 'Study made'), ('status_changed', 'Status changed'), ('setting_changed', 'Setting changed'), ('protocol_given', 'Protocol given'), ('protocol_changed', 'Protocol changed'), ('protocol_dropped', 'Protocol taken away'), ('guidelines_published', 'Guidelines published'), ('guidelines_corrected', 'Guidelines corrected'), ('anchor_put', 'Example chosen'), ('gold_marked', 'Known answer given'), ('gold_retired', 'Known answer taken out of use'), ('webhook_made', 'Webhook made'), ('webhook_changed', 'Webhook changed'), ('webhook_renewed', 'Webhook’s secret made anew'), ('webhook_removed', 'Webhook taken away'), ('member_added', 'Person added'), ('member_joined', 'Came in by invitation'), ('role_changed', 'Role changed'), ('member_removed', 'Person taken out'), ('member_paused', 'Person paused'), ('member_resumed', 'Person goes on'), ('limit_changed', 'Limit changed'), ('first_link_made', 'First link made anew'), ('invitation_made', 'Invitation made'), ('invitation_revoked', 'Invitation taken back'), ('message_sent', 'Message sent'), ('excluded', 'Votes excluded'), ('exclusion_lifted', 'Exclusion lifted'), ('import_requested', 'Import asked for'), ('import_stopped', 'Import stopped'), ('import_resumed', 'Import resumed'), ('import_ended', 'Import ended'), ('score_replaced', 'Outside score replaced'), ('proposed_again', 'Proposals asked for again'), ('region_drawn', 'Region drawn'), ('region_accepted', 'Regions accepted'), ('region_discarded', 'Region discarded'), ('region_redecided', 'Earlier decision replaced'), ('adjudicated', 'Label decided'), ('adjudication_withdrawn', 'Decision withdrawn'), ('votes_asked', 'More votes asked for'), ('remark_handled', 'Remark seen to'), ('training_requested', 'Training run asked for'), ('training_stopped', 'Training run stopped'), ('training_resumed', 'Training run resumed'), ('training_ended', 'Training run ended'), ('candidate_declined', 'Candidate declined'), ('promoted', 'Version promoted'), ('evaluation_requested', 'Measurement asked for'), ('weights_dropped', 'Weights dropped'), ('export_requested', 'Export asked for'), ('export_stopped', 'Export stopped'), ('export_repeated', 'Export asked for again'), ('export_ended', 'Export ended'), ('snapshot_taken', 'Snapshot taken')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='deed',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['study_made', 'status_changed', 'setting_changed', 'protocol_given', 'protocol_changed', 'protocol_dropped', 'guidelines_published', 'guidelines_corrected', 'anchor_put', 'gold_marked', 'gold_retired', 'webhook_made', 'webhook_changed', 'webhook_renewed', 'webhook_removed', 'member_added', 'member_joined', 'role_changed', 'member_removed', 'member_paused', 'member_resumed', 'limit_changed', 'first_link_made', 'invitation_made', 'invitation_revoked', 'message_sent', 'excluded', 'exclusion_lifted', 'import_requested', 'import_stopped', 'import_resumed', 'import_ended', 'score_replaced', 'proposed_again', 'region_drawn', 'region_accepted', 'region_discarded', 'region_redecided', 'adjudicated', 'adjudication_withdrawn', 'votes_asked', 'remark_handled', 'training_requested', 'training_stopped', 'training_resumed', 'training_ended', 'candidate_declined', 'promoted', 'evaluation_requested', 'weights_dropped', 'export_requested', 'export_stopped', 'export_repeated', 'export_ended', 'snapshot_taken'])), name='deed_kind_known'),
        ),
    ]
