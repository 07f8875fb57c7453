"""One alert for each episode of high memory, one recovery, and silence otherwise."""

from studylens.jobs.housekeeper import MemoryAlarm


def lines(*readings: tuple[float, float]) -> list[str]:
    alarm = MemoryAlarm(warning_mb=400)
    return [line for used, at in readings if (line := alarm.observe(used, at))]


def test_a_short_peak_is_no_alert() -> None:
    assert lines((450, 0), (450, 59), (300, 60), (450, 61)) == []


def test_a_minute_above_the_line_is_one_alert_and_one_recovery() -> None:
    said = lines((450, 0), (450, 60), (460, 90), (470, 300), (300, 310), (300, 320))
    assert [line.split()[0] for line in said] == ["ALERT", "RECOVERED"]
    assert "450.0 MB" in said[0]


def test_a_second_episode_is_told_again() -> None:
    said = lines((450, 0), (450, 60), (300, 70), (450, 80), (450, 140))
    assert [line.split()[0] for line in said] == ["ALERT", "RECOVERED", "ALERT"]
