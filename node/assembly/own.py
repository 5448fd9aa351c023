"""What every part of a node shares: its settings, its keys, its database, its clock."""

from dataclasses import dataclass, field

from config.settings import Settings
from node.clock import Clock
from node.connectors.files.reader import SheetReader
from node.connectors.mail.outgoing import OutgoingMail
from node.connectors.mail.returned import ReturnedMail
from node.domain.vocabulary import Vocabulary
from node.storage.database import Database
from node.storage.keyfiles import NodeKeys
from node.storage.members import Members
from node.storage.vault import Vault
from node.transport import Transport
from protocol.identifiers import KeyId, MemberId, Origin, key_id


@dataclass(frozen=True, slots=True)
class Outside:
    """What a node reaches the world by; tests bring their own."""

    clock: Clock
    transport: Transport
    mail: OutgoingMail
    returned: ReturnedMail | None = None
    reader: SheetReader = field(default_factory=SheetReader)


@dataclass(frozen=True, slots=True)
class Own:
    """What every part of a node needs to know of the node itself."""

    settings: Settings
    keys: NodeKeys
    outside: Outside
    me: MemberId
    origin: Origin
    db: Database
    vault: Vault
    members: Members
    vocabulary: Vocabulary

    @property
    def document_id(self) -> KeyId:
        """The name of the key that signs documents."""
        return key_id("document", self.keys.document.public.raw)
