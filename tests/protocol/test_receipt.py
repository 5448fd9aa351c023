from protocol.audit import records as rows
from protocol.body import Opening
from protocol.consent_life import State
from protocol.receipt import Party, ReceiptFile, Summary, is_receipt
from tests.protocol.audit.acts import consent, person
from tests.protocol.audit.honest_bundle import records
from tests.protocol.audit.small_network import Network
from tests.protocol.companies import ALPHA
from tests.protocol.given_receipt import agreed, signed


def test_file_comes_back_with_one_signature() -> None:
    network, receipt = agreed()
    payload = signed(network.alpha, receipt)
    file = ReceiptFile.parse(payload)
    assert (file.receipt, file.canonical()) == (receipt, payload)
    assert file.signed.verify({ALPHA.key_id("document"): ALPHA.key("document").public})


def test_summary_says_what_the_statement_says() -> None:
    network = Network()
    given = consent(network.alpha, person(network.alpha), [network.beta])
    leaf, statement = network.alpha.leaves[given.place.index], given.statement
    summary = Summary.of(leaf, statement, Party.of(ALPHA.member), (), 24, State.WITHDRAWN)
    assert (summary.id, summary.given) == (leaf.id, leaf.day)
    assert summary.people == 24
    assert (summary.notice.sha256, summary.notice.lang) == (statement.text_sha256, "ja")
    assert summary.controller.name == ALPHA.member.name


def test_block_list_is_never_inside() -> None:
    network = Network()
    given = consent(network.alpha, person(network.alpha), [network.beta])
    opening = network.alpha.openings[given.place.id]
    whole = Opening.make(opening.ev, {"blocks": [{"name": "架空の勤務先"}]})
    text = rows.BodyRecord.of(given.place.id, whole).canonical().decode()
    assert "架空の勤務先" not in text
    assert "n_p" not in text


def test_receipt_is_told_from_a_bundle_by_its_beginning() -> None:
    network, receipt = agreed()
    assert is_receipt(signed(network.alpha, receipt))
    assert not is_receipt(records(network.alpha)[0].canonical())
