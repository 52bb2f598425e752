"""A name server that says what a test wants, instead of the system's."""

import socket

import pytest


def meaning(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]]]) -> list[str]:
    """What each name means the first time, the second time ...; the list that is returned gets every name asked for.

    A number means itself.
    """
    asked: list[str] = []
    system = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *more: int, **options: int) -> list[tuple[object, ...]]:
        if host.replace(".", "").isdigit() or ":" in host:
            return system(host, port, *more, **options)
        asked.append(host)
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        numbers = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
