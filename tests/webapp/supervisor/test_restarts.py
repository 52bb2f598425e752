from webapp.supervisor.restarts import RestartPolicy


def test_waits_double_until_the_sixth_death_in_a_minute_is_too_much() -> None:
    policy = RestartPolicy()
    delays = [policy.delay_after_death(float(second)) for second in (0, 1, 3, 7, 15, 31)]
    assert delays == [1.0, 2.0, 4.0, 8.0, 16.0, None]


def test_deaths_more_than_a_minute_ago_are_forgiven() -> None:
    policy = RestartPolicy()
    assert [policy.delay_after_death(second * 61.0) for second in range(20)] == [1.0] * 20
