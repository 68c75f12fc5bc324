from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('live', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GuessDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('wrong', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='activityrun',
            name='shown_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='activityrun',
            name='left_ms',
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
