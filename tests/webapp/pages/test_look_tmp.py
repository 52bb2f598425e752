import pytest
from tests.webapp.pages.test_language import *
from tests.webapp.pages.test_language import _with_protocol
def test_look():
    scene=_with_protocol()
    with open("/tmp/mine/helpers/tongues/left","w") as f:
        for p in FOR_ANNOTATORS:
            if "viewing" in p or "rate" in p: continue
            for x in dict.fromkeys(english_in(read(client_of(scene.people["annotator"]), p))): print(p,repr(x),file=f)
        for p in FOR_MANAGERS:
            for x in dict.fromkeys(english_in(read(client_of(scene.people["manager"]), "/studies/gulls"+p))): print(p,repr(x),file=f)
        for p in ["/sign-in", "/nothing-here", "/invitations/none", "/welcome/none"]:
            for x in dict.fromkeys(english_in(read(Client(), p))): print(p,repr(x),file=f)
