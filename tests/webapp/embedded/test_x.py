from django.conf import settings
from django.db import connection
import pytest
def test_x(): 
    print(settings.DATABASES)
@pytest.mark.parametrize("i", [1,2])
def test_db(django_db_blocker, i):
    with django_db_blocker.unblock():
        import psycopg
        d=settings.DATABASES["default"]
        with psycopg.connect(host=d["HOST"], user="postgres", dbname="postgres") as c:
            print(c.execute("select version()").fetchone())
