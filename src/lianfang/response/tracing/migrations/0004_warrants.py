"""Location records only under a warrant. What was found under a purpose alone has no warrant and goes: whom a tracer
accepted of it is a contact already, and the ledger keeps what was compared."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_receipt_disease'),
        ('people', '0001_initial'),
        ('territory', '0001_initial'),
        ('tracing', '0003_corrections_secured'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel("Candidate"),
        migrations.DeleteModel("Run"),
        migrations.CreateModel(
            name='Warrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kinds', models.JSONField()),
                ('basis', models.CharField(max_length=40)),
                ('purpose', models.TextField()),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('active', 'Active'), ('refused', 'Refused'), ('lapsed', 'Lapsed'), ('destroying', 'Destroying'), ('destroyed', 'Destroyed')], default='requested', max_length=12)),
                ('state_at', models.DateTimeField()),
                ('requested_at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approval', models.CharField(blank=True, max_length=64)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('vault', models.CharField(max_length=32, unique=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('cases', models.ManyToManyField(related_name='warrants', to='cases.case')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cases', models.JSONField()),
                ('kinds', models.JSONField()),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField()),
                ('rule', models.JSONField(help_text='what counted as near')),
                ('found', models.JSONField(help_text='what it came to, in numbers')),
                ('at', models.DateTimeField()),
                ('by_id', models.BigIntegerField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('warrant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='tracing.warrant')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('by_id', models.BigIntegerField(help_text='null: by the clock', null=True)),
                ('content', models.JSONField()),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('mac', models.CharField(blank=True, max_length=64)),
                ('warrant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='tracing.warrant')),
            ],
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('degree', models.SmallIntegerField(default=1)),
                ('evidence', models.CharField(max_length=24)),
                ('kinds', models.JSONField(default=dict, help_text='kind of record → minutes')),
                ('place', models.CharField(blank=True, max_length=120)),
                ('minutes', models.IntegerField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('min_distance_m', models.FloatField(null=True)),
                ('probability', models.FloatField(null=True)),
                ('rank', models.IntegerField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('dismissed', 'Dismissed')], default='open', max_length=12)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='cases.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('via', models.ForeignKey(help_text='of a second degree: near whom', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('look', models.ForeignKey(help_text='the last one that named them', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracing.look')),
                ('warrant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='tracing.warrant')),
            ],
            options={
                'ordering': ['rank'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('bytes', models.BigIntegerField()),
                ('rows_read', models.BigIntegerField()),
                ('rows_kept', models.BigIntegerField()),
                ('outside', models.JSONField(help_text="rows left out, by the bound they lay outside of: {'period': 3, 'area': 20}")),
                ('people', models.IntegerField(help_text='different keys among the rows kept')),
                ('sealed_sha256', models.CharField(help_text='of the sealed file, as it lay on disk', max_length=64)),
                ('at', models.DateTimeField()),
                ('by_id', models.BigIntegerField(null=True)),
                ('warrant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='tracing.warrant')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='warrant',
            index=models.Index(fields=['state', 'expires_at'], name='tracing_warrant_ends'),
        ),
        migrations.AddConstraint(
            model_name='warrant',
            constraint=models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='tracing_warrant_has_purpose'),
        ),
        migrations.AddConstraint(
            model_name='warrant',
            constraint=models.CheckConstraint(condition=models.Q(('to_at__gt', models.F('from_at'))), name='tracing_warrant_in_order'),
        ),
        migrations.AddConstraint(
            model_name='warrant',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('requested_at'))), name='tracing_warrant_expires'),
        ),
        migrations.AddConstraint(
            model_name='warrant',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('requested', 'refused', 'lapsed')), ('approved_by__isnull', False), _connector='OR'), name='tracing_warrant_needs_approver'),
        ),
        migrations.AddConstraint(
            model_name='warrant',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('requested_by')), _negated=True), _connector='OR'), name='tracing_warrant_two_people'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.UniqueConstraint(fields=('warrant', 'case', 'person'), name='tracing_candidate_once'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at'))), name='tracing_candidate_in_order'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('degree', 1), ('via__isnull', True)), models.Q(('degree', 2), ('via__isnull', False)), _connector='OR'), name='tracing_candidate_degree'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('warrant', 'sha256'), name='tracing_batch_once'),
        ),
    ]
