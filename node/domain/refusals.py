"""Why a file or its mapping cannot be used, in words that say what to do about it."""

from typing import Final

from node.domain.errors import FileRefusedError, MappingError
from node.domain.field import MEANINGS
from node.domain.field_words import meaning_word
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, message, translate

# By the codes of FileRefusedError and MappingError; names of the error follow.
REFUSALS: Final[dict[str, str]] = {
    "empty": message("The file is empty. Get it once more from the system that made it."),
    "too-large": message(
        "The file is too large. Split it, or leave columns out; rows that are here already "
        "are never taken in twice. The most is:"
    ),
    "undecodable": message(
        "The characters cannot be read. Open the file in Excel and save it as an Excel "
        "workbook (.xlsx) or as CSV UTF-8."
    ),
    "nul": message("The file holds NUL characters; it is damaged or no text. Get it once more."),
    "no-header": message(
        "That line does not name the columns. Write the number of the line with the names."
    ),
    "no-sheet": message("The workbook has no sheet of that name. It has:"),
    "no-rows": message("There are no rows behind the line that names the columns."),
    "encrypted": message(
        "A password locks the file. Open it in Excel, take the password off and save it again."
    ),
    "old-excel": message(
        "This is an old Excel file (.xls). Open it in Excel and save it as an Excel "
        "workbook (.xlsx)."
    ),
    "other-office": message(
        "Files of this program cannot be read. Open it there and save it as .xlsx or CSV."
    ),
    "pdf": message("This is a PDF. Get the list as CSV or .xlsx from the system that made it."),
    "web-page": message(
        "This is a web page, even if it is named .xls. Open it in Excel and save it as "
        "an Excel workbook (.xlsx)."
    ),
    "zip": message("This is a ZIP archive. Unpack it and choose the CSV or .xlsx file in it."),
    "damaged": message(
        "The file is damaged or incomplete. Get it once more, or open it in Excel and "
        "save it again."
    ),
    "too-complex": message(
        "The file cannot be read within safe limits. Copy the table alone into a new "
        "workbook, or save it as CSV."
    ),
    "too-many-columns": message(
        "The table is too wide. Delete columns that are not needed; the most is:"
    ),
    "not-a-table": message(
        "No table is found in the file: no line has two cells. Choose the file with the list."
    ),
    "other-json": message(
        "This is JSON, but not the answers of Ashby, Workable or SmartRecruiters. Choose the "
        "file with their applications, or use CSV or .xlsx."
    ),
    "no-access": message("The node may not read the file. Let its user read the folder."),
    "missing-fields": message("Every application needs these. Choose a column for:"),
    "two-columns": message("Two columns cannot mean the same. Leave one unread of:"),
    "unreadable": message("The saved mapping cannot be read. Choose the columns once more."),
    "no-mapping": message(
        "No file of this source was imported yet. Import this one on the console, so that "
        "somebody looks at its columns; later files are taken by themselves."
    ),
    "other-columns": message(
        "The columns have changed. Import this file on the console and choose the columns "
        "once more. Missing:"
    ),
}

# By the codes of a row's warnings.
WARNINGS: Final[dict[str, str]] = {
    "era-overrun": message("The era was over on that day; read as it is meant"),
    "legacy-dots": message("An old mobile mail address; kept as it is written"),
    "wide-mail": message("A mail address in full-width characters; read as half-width"),
    "unassigned": message("A phone number that is not in use"),
    "unknown-word": message(
        "A word that is not in the vocabulary; left blank, of the route “other”"
    ),
    "unknown-end": message("Not known who ended it; gets no letter"),
    "unknown-reason": message("A reason that is not known; kept as “other”"),
    "unknown-step": message("A step that is not known; left out"),
    "unknown-address": message("An address without a prefecture; left blank"),
    "two-ends": message("Two days of an end; nobody knows which holds"),
}


def refusal(error: FileRefusedError | MappingError, vocabulary: Vocabulary) -> Bilingual:
    """Return why, and what to do, in both languages."""
    said = {"ja": translate(REFUSALS[error.code], "ja"), "en": REFUSALS[error.code]}
    if error.code == "unreadable" or not error.names:
        return Bilingual(said["ja"], said["en"])
    names = [
        meaning_word(name, vocabulary) if name in MEANINGS else Bilingual(name, name)
        for name in error.names
    ]
    return Bilingual(
        said["ja"] + "、".join(name.ja for name in names),
        f"{said['en']} {', '.join(name.en for name in names)}",
    )
