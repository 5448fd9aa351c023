"""Findings as values."""

from protocol.audit.finding import Code, Finding, ReadProblem, Remarks, Unreadable


def test_remarks_keep_faults_and_gaps_apart() -> None:
    remarks = Remarks()
    remarks.find(Code.HEADER)
    remarks.find(Code.BODY_MISSING, "00" * 16)
    remarks.set_aside(ReadProblem.ORDER, "out")
    assert remarks.findings == [Finding(Code.HEADER), Finding(Code.BODY_MISSING, "00" * 16)]
    assert remarks.unreadable == [Unreadable(ReadProblem.ORDER, "out")]


def test_findings_sort_by_code_and_place() -> None:
    findings = [Finding(Code.ACCEPT, "b"), Finding(Code.ACCEPT, "a"), Finding(Code.BALANCE)]
    assert sorted(findings) == [findings[1], findings[0], findings[2]]
