import cProfile, pstats, time, os
import pytest
from django.db import connection
from tests.factories import *
from tests.webapp.api.client import *
from annotation.enums import Role
pytestmark = pytest.mark.django_db(transaction=True)

def pg_cpu():
    total = 0
    with connection.cursor() as c:
        c.execute("select pg_backend_pid()"); pid=c.fetchone()[0]
    f=open(f"/proc/{pid}/stat").read().rsplit(")",1)[1].split()
    return (int(f[11])+int(f[12]))/os.sysconf("SC_CLK_TCK")

def test_profile():
    study = make_study(slug="s")
    image_rows=[make_image(study) for _ in range(150)]
    for i in range(450): make_region(study, image_rows[i//3])
    people=[make_member(study) for _ in range(8)]
    apis=[program(p) for p in people]
    import json
    def one(a):
        t0=time.process_time(); r=a.post("studies/s/assignments"); t1=time.process_time()
        seat=r.json()["assignment"]
        b=json.dumps(ballot(seat["lease"]))
        t2=time.process_time(); r=a.post("votes", b); t3=time.process_time()
        assert r.status_code==201
        return t1-t0, t3-t2
    for a in apis: one(a)
    N=600
    w0=time.perf_counter(); pg0=pg_cpu(); nx=vt=0
    for i in range(N):
        x,y=one(apis[i%8]); nx+=x; vt+=y
    w=time.perf_counter()-w0; pg=pg_cpu()-pg0
    print(f"\nnext {nx/N*1000:.2f} ms python, vote {vt/N*1000:.2f} ms python (with test client), postgres {pg/N*1000:.2f} ms per pair, wall {w/N*1000:.2f}")
    pr=cProfile.Profile(); pr.enable()
    for i in range(200): one(apis[i%8])
    pr.disable()
    pstats.Stats(pr).sort_stats("cumulative").print_stats(70)
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as q: 
        r=apis[0].post("studies/s/assignments")
    for x in q: print("NEXT", x["sql"][:110].replace("\n"," "))
    with CaptureQueriesContext(connection) as q: 
        r=apis[0].post("votes", ballot(r.json()["assignment"]["lease"]))
    for x in q: print("VOTE", x["sql"][:110].replace("\n"," "))
