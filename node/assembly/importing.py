"""The way of a file into the records, wired: pages, watched folders, the ticker's part."""

from dataclasses import dataclass
from typing import Self

from node.assembly.own import Own
from node.assembly.people import People, watched_folders
from node.domain.applicant import Application
from node.domain.recipients import Told, told
from node.domain.source import Source
from node.i18n import local_day
from node.jobs.schedule import beside
from node.services.import_run import ImportRun
from node.services.intake import Told as IsTold
from node.services.previews import Previews
from node.services.reviews import Reviews
from node.services.watched import Watched
from protocol.taxonomy import EndedBy


@dataclass(frozen=True, slots=True)
class Importing:
    """What takes files in, and asks a person where they cannot tell."""

    run: ImportRun
    watched: Watched
    reviews: Reviews
    previews: Previews

    @classmethod
    def of(cls, own: Own, people: People) -> Self:
        """Return the importing of a node."""
        clock, intake = own.outside.clock, people.intake
        run = ImportRun(intake, people.letters, beside)
        folders = watched_folders(own.settings)
        return cls(
            run=run,
            watched=Watched(clock, intake.staging, run.start, own.vocabulary, folders),
            reviews=Reviews(own.db, clock, intake.records),
            previews=Previews(intake, _is_told(own), beside),
        )


def _is_told(own: Own) -> IsTold:
    """Return whether a rejection of a source was told elsewhere, by the rule of the letters."""
    sources = {
        name: Source(name, section.mail_owner, section.go_live)
        for name, section in own.settings.sources.items()
    }

    def is_told(source: str, application: Application) -> bool:
        if application.ended_by is not EndedBy.ORG:
            return False
        days = [application.applied_on, *(event.on for event in application.events if event.on)]
        who = told(
            sources.get(source, Source(source)),
            ended_on=application.ended_on,
            last_seen_on=max(days),
            was_open=False,
            on=local_day(own.outside.clock.now()),
        )
        return who is Told.ELSEWHERE

    return is_told
