"""Invented values for the pages of the import."""

from dataclasses import replace
from datetime import UTC, date, datetime

from node.domain.batch_life import State as BatchState
from node.domain.mapping import Blanks, ColumnMapping
from node.i18n import Bilingual
from node.services.reviews import Unclear, UnclearWord
from node.services.staging import Dropped, Staged
from node.services.watched import RefusedFile
from node.web.console.import_forms import NO_LINE
from node.web.console.imports import (
    ColumnChoice,
    Imported,
    ImportPage,
    ImportsPage,
    MappingPage,
    PreviewPage,
    Problem,
    warned,
)
from node.web.console.reviews import ReviewsPage
from node.web.ui.page import Page
from node.web.ui.parts import Choice, Complaint

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
BATCH = Imported("ab" * 16, "herp", BatchState.DONE, NOW, 300, 280, 5, 2, 7)
SOURCES = (Choice("csv", "csv"), Choice("herp", "herp", is_chosen=True))
STAGED = Staged(
    id="ab" * 16,
    source="herp",
    format="csv",
    encoding="cp932",
    sheet=None,
    lines=286,
    mapping=ColumnMapping("herp", Bilingual("HERP", "HERP"), {}),
    columns=(),
    dropped=(Dropped("Spouse", "Family", "Art. 5-5", 285),),
)
MAPPING = MappingPage(
    staged=STAGED,
    label=STAGED.mapping.label,
    preset="",
    presets=(Choice("herp", STAGED.mapping.label, is_chosen=True),),
    columns=(
        ColumnChoice(0, "Person", ("Minami", "Akari"), "name"),
        ColumnChoice(2, "Memo", (), None),
    ),
    groups=((Bilingual("本人", "The person"), (("name", Bilingual("氏名", "Full name")),)),),
    blanks=Blanks.KEEP,
)
PREVIEW = PreviewPage(
    batch="ab" * 16,
    rows=285,
    added=270,
    updated=5,
    unchanged=3,
    suppressed=2,
    unknown_ends=4,
    told=1,
    errors=5,
    problems=(Problem(12, "Day", "not a date"), Problem(14, "", "too long")),
    dropped=STAGED.dropped,
    lines=400,
    is_part=True,
)
IMPORT = ImportPage(
    one=BATCH,
    format="csv",
    encoding="cp932",
    sheet=None,
    lines=300,
    unchanged=6,
    warnings=warned([("End", "unknown-end", 4), ("", "era-overrun", 1)]),
    dropped=(("Spouse", 285),),
    letters=23,
    unclear=4,
)
UNCLEAR = tuple(Unclear(f"{place:032}", "Minami Mizushima", "Sales", DAY) for place in range(6))

IMPORT_PAGES: dict[str, Page] = {
    "imports": ImportsPage(
        SOURCES,
        (BATCH, replace(BATCH, errors=0, state=BatchState.DISCARDED)),
        refused=(RefusedFile("herp", "a.csv", Bilingual("空です。", "It is empty.")),),
        unusable=("hrmos",),
        unclear=4,
    ),
    "imports-first": ImportsPage(SOURCES),
    "imports-refused": ImportsPage(
        SOURCES,
        header_line="none",
        complaints=(Complaint(NO_LINE, "header_line"),),
        why=Bilingual("空です。", "It is empty."),
    ),
    "import-mapping": MAPPING,
    "import-mapping-again": replace(
        MAPPING,
        complaints=(Complaint(NO_LINE, "column-0"),),
        why=Bilingual("選んでください。", "Choose."),
    ),
    "import-preview": PREVIEW,
    "import-preview-whole": replace(PREVIEW, problems=(), dropped=(), is_part=False),
    "import": IMPORT,
    "import-running": replace(IMPORT, one=replace(BATCH, state=BatchState.COMMITTING)),
    "import-undone": replace(IMPORT, one=replace(BATCH, state=BatchState.UNDONE), format="api"),
    "import-not-undone": replace(IMPORT, why=("1 of its letters left.",), warnings=()),
    "reviews": ReviewsPage(
        (
            UnclearWord("herp", "Closed", is_end=True, applications=UNCLEAR),
            UnclearWord("csv", "", is_end=False, applications=UNCLEAR[:1]),
        ),
        7,
    ),
    "reviews-answered": ReviewsPage((), 0, answered=6, is_rejected=True),
    "reviews-unticked": ReviewsPage((), 0, is_unticked=True),
}
