import io

from webapp.supervisor.console import Console
from webapp.supervisor.events import Event, Kind


def lines_of(*events: Event) -> list[str]:
    stream = io.StringIO()
    console = Console(stream)
    for event in events:
        console(event)
    return stream.getvalue().splitlines()


def test_what_started_and_how_long_it_took_is_one_line() -> None:
    assert lines_of(Event(Kind.READY, "database", "PostgreSQL 18.4, embedded", 0.62)) == [
        "  + database            PostgreSQL 18.4, embedded                      0.6 s"
    ]


def test_a_program_that_writes_many_errors_is_rationed() -> None:
    events = [Event(Kind.LOG, "web", f"ERROR {number}") for number in range(50)]
    assert lines_of(*events) == [f"  web | ERROR {number}" for number in range(5)]


def test_logs_are_silent_once_the_platform_stops() -> None:
    stopping, late = Event(Kind.STOPPING, text="database was killed\n  | its log"), Event(Kind.LOG, "web", "ERROR")
    assert lines_of(stopping, late) == ["  ! database was killed", "Stopping ..."]
