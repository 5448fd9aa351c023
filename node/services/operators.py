"""Use cases on the operators of the console: add one, log in, log out.

OperatorError
+-- OperatorExistsError   somebody logs in with that mail address already
+-- PasswordRuleError     the password is shorter than it must be
+-- LogInRefusedError     the mail address or the password is wrong
+-- LogInLockedError      too many wrong passwords; wait
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from crypto.errors import BadPasswordError
from crypto.password import hash_password, verify_password
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.domain.operator import Role
from node.i18n import from_seconds
from node.services.errors import ServiceError
from node.storage import operators
from node.storage.database import Database, Tx
from node.storage.tables.operator import Operator

MIN_PASSWORD = 12  # characters
MAX_PASSWORD = 200  # characters
TRIES = 5
LOCK = timedelta(minutes=15)


class OperatorError(ServiceError):
    """Any refusal about operators."""


class OperatorExistsError(OperatorError):
    """Somebody logs in with that mail address already."""


class PasswordRuleError(OperatorError):
    """The password is shorter or longer than it may be."""


class LogInRefusedError(OperatorError):
    """The mail address or the password is wrong; which of them is not told."""


class LogInLockedError(OperatorError):
    """Five wrong passwords came; *until* then none is checked."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong passwords")
        self.until = until


@dataclass(frozen=True, slots=True)
class Operators:
    """Use cases on operators."""

    db: Database
    clock: Clock

    def add(self, *, mail: str, name: str, role: Role, password: str) -> None:
        """Let somebody work in the console.

        Raises:
            OperatorExistsError: the mail address is taken.
            PasswordRuleError: fewer than 12 or more than 200 characters.
        """
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise PasswordRuleError("the password needs 12 to 200 characters")
        hashed = hash_password(password)
        with self.db.begin() as tx:
            if operators.by_mail(tx, _spelling(mail)) is not None:
                raise OperatorExistsError("this mail address is taken")
            tx.add(
                Operator(
                    email=_spelling(mail),
                    name=name,
                    role=role.value,
                    password=hashed,
                    fs_uniquifier=_session_name(),
                    created_at=seconds(self.clock.now()),
                )
            )

    def log_in(self, mail: str, password: str) -> Operator:
        """Return the operator with that address and password.

        Raises:
            LogInRefusedError: there is none.
            LogInLockedError: five wrong passwords came before; nothing was checked.
        """
        password = password[: MAX_PASSWORD + 1]
        with self.db.begin() as tx:
            operator = operators.by_mail(tx, _spelling(mail))
            if operator is not None:
                self._count_try(tx, operator)
        try:
            # An address that nobody has costs the same time.
            verify_password(password, _decoy() if operator is None else operator.password)
        except BadPasswordError:
            raise LogInRefusedError("mail address or password") from None
        if operator is None:
            raise LogInRefusedError("mail address or password")
        with self.db.begin() as tx:
            # Read anew: what was ended while the password was checked stays ended.
            fresh = operators.by_id(tx, operator.id)
            if fresh is None or not fresh.active or fresh.password != operator.password:
                raise LogInRefusedError("mail address or password")
            fresh.failures = fresh.locked_until = 0
            return fresh

    def log_out(self, operator_id: int) -> None:
        """End every session of an operator, copied cookies too."""
        with self.db.begin() as tx:
            operator = operators.by_id(tx, operator_id)
            if operator is not None:
                operator.fs_uniquifier = _session_name()

    def _count_try(self, tx: Tx, operator: Operator) -> None:
        """Count a try before it is checked, so that parallel ones are counted too."""
        now = seconds(self.clock.now())
        if operator.locked_until > now:
            raise LogInLockedError(from_seconds(operator.locked_until))
        if operator.failures >= TRIES:
            operator.failures = 0
        operator.failures += 1
        if operator.failures >= TRIES:
            operator.locked_until = now + int(LOCK.total_seconds())
        tx.add(operator)


@cache
def _decoy() -> str:
    return hash_password(random_bytes(16).hex())


def _spelling(mail: str) -> str:
    return mail.strip().lower()


def _session_name() -> str:
    return random_bytes(32).hex()
