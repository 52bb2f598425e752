import pytest

from tests.webapp.demo.test_loop import report
from webapp.demo.summary import print_summary

EXPORTS = {"csv": "/data/exports/1/1a/labels-csv.zip", "report": "/data/exports/1/2b/report.html"}
LOGINS = {"manager": "one-two", "annotator": "three-four"}


def test_all_of_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(report(None) | {"failed_images": 2, "exports": EXPORTS, "logins": LOGINS})

    assert capsys.readouterr().out.splitlines() == [
        "",
        "study demo: 7 photographs, 7 regions, 7 votes by 7 annotators, 7 labels settled",
        "7 votes in this run at 4 votes/s over HTTP; 7 over quota and kept apart",
        "hidden truth: quality SROCC 0.9, importance SROCC 0.8, with/without right in 97.0 %",
        "no model spoke: there is none to prelabel with",
        "proposals failed on 2 photographs; the page of images says why",
        "seconds: votes 2.0",
        "",
        "Exports in /data/exports/1",
        "  csv      1a/labels-csv.zip",
        "  report   2b/report.html",
        "",
        "Open http://127.0.0.1:1 and sign in as (the study “Try it yourself” waits for your votes)",
        "  manager    password one-two",
        "  annotator  password three-four",
    ]
