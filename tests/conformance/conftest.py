"""Prints, at the end of a run, what held of each of the W3C's suites."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [
        report for group in ("passed", "failed") for report in terminalreporter.getreports(group)
    ]
    lines = sorted(
        text for report in reports for name, text in report.user_properties if name == "suite"
    )
    if lines:
        terminalreporter.section("W3C's SPARQL tests")
        for line in lines:
            terminalreporter.write_line(line)
