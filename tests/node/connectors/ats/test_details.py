"""What each vendor's answers may hold besides the usual."""

import pytest

from node.connectors.ats.api import MOST_PAGES, Json, day, day_of_ms, text
from node.connectors.ats.source import Event, Happening, Page, Row, SourceError
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.server import Answer
from tests.node.connectors.ats.vendors import running


def page(kind: str, extra: dict[str, object]) -> Page:
    """Return the one page of a source whose one application has *extra*."""
    with running(kind) as source:
        source.vendor.people = applicants(1)
        source.vendor.extra = extra
        (found,) = source.connect().pages("")
        return found


def row(kind: str, extra: dict[str, object]) -> Row:
    (found,) = page(kind, extra).rows
    return found


@pytest.mark.parametrize(
    ("channel", "route", "medium"),
    [
        ({"type": "media", "isScout": False, "mediaName": "架空転職"}, "media", "架空転職"),
        ({"type": "media", "isScout": True, "mediaName": None}, "media_scout", ""),
        ({"type": "agent", "agent": {"company": "架空紹介"}}, "agency", "架空紹介"),
        ({"type": "agency"}, "agency", ""),
        ({"type": "referral", "kind": "employee"}, "referral", ""),
        (None, "", ""),
    ],
)
def test_a_route_of_herp(channel: object, route: str, medium: str) -> None:
    found = row("herp", {"channel": channel})
    assert (found["route"], found["mediaName"]) == (route, medium)


def test_a_job_of_herp_that_is_new_stands_by_its_number() -> None:
    assert row("herp", {"requisitionId": "new"})["requisition"] == "new"


def test_an_end_of_herp_that_was_taken_back_leaves_no_trace() -> None:
    found = row("herp", {"terminationReason": "rejected", "terminatedAt": "2026-10-01T00:00:00Z"})
    assert (found["terminationReason"], found["terminatedAt"]) == ("", "")


@pytest.mark.parametrize(
    ("extra", "route"),
    [
        ({"agency_note_id": 5}, "agency"),
        ({"agency_note_id": 5, "referrer_id": 6}, "agency"),
        ({"referrer_id": 6}, "referral"),
        ({"source_id": None}, "other"),
        ({"source_id": 77}, "other"),
    ],
)
def test_a_route_of_greenhouse(extra: dict[str, object], route: str) -> None:
    assert row("greenhouse", extra)["route"] == route


@pytest.mark.parametrize(
    ("extra", "end"),
    [
        ({"status": "rejected", "rejection_reason_id": None}, "rejected"),
        ({"status": "rejected", "rejection_reason_id": 77}, "rejected"),
        ({"status": "converted"}, "converted"),
    ],
)
def test_an_end_of_greenhouse_that_nobody_explains_is_kept(
    extra: dict[str, object], end: str
) -> None:
    assert row("greenhouse", extra)["end"] == end


@pytest.mark.parametrize("extra", [{"prospect": True}, {"private": True}])
def test_prospects_and_private_people_of_greenhouse_are_not_read(extra: dict[str, object]) -> None:
    assert page("greenhouse", extra).rows == ()


def test_who_applied_to_a_confidential_job_of_greenhouse_is_not_read() -> None:
    with running("greenhouse") as source:
        assert isinstance(source.vendor, GreenhouseServer)
        source.vendor.people, source.vendor.is_confidential = applicants(2), True
        assert [page.rows for page in source.connect().pages("")] == [()]


def test_people_of_greenhouse_without_an_address_are_read() -> None:
    found = row("greenhouse", {"email_addresses": [], "phone_numbers": None, "can_email": False})
    assert (found["email_addresses"], found["phone_numbers"]) == ("", "")
    assert found["can_email"] == "false"


def test_a_next_page_of_greenhouse_that_is_no_address_is_malformed() -> None:
    with running("greenhouse") as source:
        connector = source.connect()
        source.vendor.faults = [Answer([], headers={"Link": '<https://[::1?cursor=x>; rel="next"'})]
        with pytest.raises(SourceError, match="malformed"):
            list(connector.pages(""))


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("herp", Answer({"requisitions": [], "hasNextPage": True})),
        ("greenhouse", Answer([], headers={"Link": '<https://x.example/?cursor=x>; rel="next"'})),
        ("lever", Answer({"data": [], "hasNext": True, "next": "x"})),
    ],
)
def test_t16_a_list_of_names_without_an_end_is_malformed(kind: str, answer: Answer) -> None:
    with running(kind) as source:
        source.vendor.people = applicants(1)
        connector = source.connect()
        # Before the list of names Greenhouse gives the application and the person.
        before = {"herp": 0, "greenhouse": 2, "lever": 1}[kind]
        source.vendor.faults = [None] * before + [answer] * (MOST_PAGES + 1)
        with pytest.raises(SourceError, match="malformed"):
            list(connector.pages(""))
        assert len(source.vendor.faults) == 1


@pytest.mark.parametrize("number", ["1" * 5000, "", "x"])
def test_a_record_of_kintone_without_a_number_is_malformed(number: str) -> None:
    with pytest.raises(SourceError, match="malformed"):
        row("kintone", {"$id": {"type": "__ID__", "value": number}})


def test_a_limit_of_herp_that_is_no_number_is_passed_over() -> None:
    with running("herp") as source:
        answer = Answer(
            {"requisitions": [], "hasNextPage": False},
            headers={"X-Remaining-Request": "9" * 5000},
        )
        source.vendor.faults = [answer]
        assert [page.rows for page in source.connect().pages("")] == [()]


@pytest.mark.parametrize("token", [None, 7, "with\nline", "漢字"])
def test_no_token_of_greenhouse_is_no_way_in(token: object) -> None:
    with running("greenhouse") as source:
        source.vendor.faults = [Answer({"access_token": token})]
        with pytest.raises(SourceError, match="malformed"):
            source.connect()


@pytest.mark.parametrize(
    ("extra", "route"),
    [
        ({"origin": "applied", "sources": []}, "own_site"),
        ({"origin": "applied", "sources": None}, "own_site"),
        ({"origin": "agency"}, "agency"),
        ({"origin": "referred"}, "referral"),
        ({"origin": "sourced"}, "media_scout"),
        ({"origin": "university"}, "event"),
        ({"origin": "internal"}, "other"),
    ],
)
def test_a_route_of_lever(extra: dict[str, object], route: str) -> None:
    assert row("lever", extra)["origin"] == route


def test_leads_of_lever_are_not_read() -> None:
    assert page("lever", {"applications": []}).rows == ()


def test_people_whom_lever_made_anonymous_are_told() -> None:
    found = page("lever", {"isAnonymized": True})
    assert found.rows == ()
    (event,) = found.events
    assert event.kind is Happening.ANONYMISED
    assert event == Event(Happening.ANONYMISED, event.application_id)


def test_what_lever_leaves_out_is_blank() -> None:
    nothing: dict[str, object] = {"stage": None, "stageChanges": None, "phones": None}
    found = row("lever", nothing | {"archived": {"reason": None, "archivedAt": None}})
    assert (found["stage"], found["phones"], found["archivedAt"]) == ("", "", "")
    assert found["archiveReason"] == "archived"


def test_fields_of_kintone_that_hold_no_text_are_not_read() -> None:
    found = row("kintone", {"空": {"type": "NUMBER", "value": None}})
    assert found["空"] == ""
    assert found["スキル"] == "Excel、法人営業"
    assert {"履歴書", "面接", "作成者", "$revision"}.isdisjoint(found)


def test_a_cell_of_kintone_without_a_type_is_malformed() -> None:
    with pytest.raises(SourceError, match="malformed"):
        page("kintone", {"壊": "text"})


def test_an_app_of_kintone_that_hides_its_changes_is_listed_each_time() -> None:
    found = page("kintone", {"更新日時": {"type": "DATE", "value": "2026-10-01"}})
    assert (found.cursor, found.is_whole) == ("", True)


def test_moments_are_days_in_japan() -> None:
    assert day("2026-11-23T15:00:00Z") == "2026-11-24"
    assert day("2026-11-23T23:59:59+09:00") == "2026-11-23"
    assert day("2026-11-23") == "2026-11-23"
    assert day("9999-12-31T23:59:59Z") == "9999-12-31T23:59:59Z"
    assert day(None) == ""
    assert day_of_ms(1_795_446_000_000) == "2026-11-24"
    assert [day_of_ms(value) for value in (None, True, "x")] == ["", "", ""]
    with pytest.raises(SourceError, match="malformed"):
        day_of_ms(10**18)


def test_only_single_values_are_text() -> None:
    values: tuple[Json, ...] = (None, [], {}, 7, 1.5, True, "x")
    assert text("松\ud83d\0竹") == "松?竹"  # an emoji that was cut in two
    assert [text(value) for value in values] == ["", "", "", "7", "1.5", "true", "x"]
