"""What letters say and how they leave, wired."""

from collections.abc import Callable
from email.message import EmailMessage

from config.errors import SettingsError
from config.secrets import read_secret
from config.settings import Settings
from crypto.kdf import hkdf_sha256
from node.assembly.own import Own
from node.assembly.words import letter_head, letter_templates
from node.clock import Clock
from node.connectors.mail.access import (
    GOOGLE_TOKENS,
    MICROSOFT_TOKENS,
    AccessTokens,
    TokenLogin,
    client_credentials,
    service_account,
)
from node.connectors.mail.maildir import MaildirMail
from node.connectors.mail.outgoing import MailLoginError, OutgoingMail
from node.connectors.mail.returned import (
    ImapReturned,
    MaildirReturned,
    PasswordBox,
    ReturnedMail,
    TokenBox,
)
from node.connectors.mail.smtp import Login, PasswordLogin, SmtpMail, own_address
from node.domain.return_token import ReturnTokens, return_address
from node.services.letter_message import LetterMessages
from node.services.letter_texts import LetterTexts
from node.services.links import Links
from node.transport import HttpTransport


def letter_messages(own: Own, links: Links) -> LetterMessages:
    """Return what makes mails out of letters."""
    clock = own.outside.clock
    return LetterMessages(
        clock,
        links,
        own.members,
        letter_head(own.settings),
        LetterTexts(own.db, clock, letter_templates()),
        own.vocabulary,
        return_tokens(own),
    )


def return_tokens(own: Own) -> ReturnTokens:
    """Return what names letters to mail servers."""
    return ReturnTokens(hkdf_sha256(own.keys.blind_index, b"tasuki letter returns"))


def mail_way(settings: Settings, clock: Clock) -> OutgoingMail:
    """Return the way out that the settings name.

    Raises:
        SettingsError: a secret that it needs is missing or none.
    """
    mail = settings.mail
    if mail.folder is not None and mail.way == "maildir":
        return MaildirMail(mail.folder)
    return SmtpMail(
        mail.host or "",
        mail.port,
        mail.security,
        _login(settings, clock),
        envelope=_envelope(mail.returned.address),
    )


def token_login(settings: Settings, clock: Clock, user: str) -> TokenLogin | None:
    """Return the login by tokens, None where the settings name a way without them."""
    mail, folder = settings.mail, settings.node.data_folder
    # Tokens come from the open internet, whatever the members' nodes do.
    transport = HttpTransport(allow_private=False)
    if mail.way == "microsoft":
        form = client_credentials(str(mail.client), read_secret(folder, "mail-client-secret"))
        url = MICROSOFT_TOKENS.format(tenant=mail.tenant)
    elif mail.way == "google":
        try:
            form = service_account(read_secret(folder, "mail-service-account"), user)
        except MailLoginError as error:
            raise SettingsError((f"secrets/mail-service-account: {error}",)) from error
        url = GOOGLE_TOKENS
    else:
        return None
    return TokenLogin(user, AccessTokens(url, transport, clock, form))


def returned_mail(settings: Settings, clock: Clock) -> ReturnedMail | None:
    """Return where returned mail is read from, None where the settings name no place.

    Raises:
        SettingsError: a secret that it needs is missing or none.
    """
    returned = settings.mail.returned
    if returned.folder is not None and returned.way == "maildir":
        return MaildirReturned(returned.folder)
    if returned.way != "imap":
        return None
    user = returned.user or settings.mail.login
    tokens = token_login(settings, clock, user)
    if tokens is None:
        secret = read_secret(settings.node.data_folder, "mail-imap-password")
        login = PasswordBox(user, secret).log_in
    else:
        login = TokenBox(tokens).log_in
    return ImapReturned(settings.mail.imap_host or "", returned.imap_port, login)


def _login(settings: Settings, clock: Clock) -> Login | None:
    mail = settings.mail
    if mail.way == "password":
        secret = read_secret(settings.node.data_folder, "mail-password")
        return PasswordLogin(mail.login, secret)
    return token_login(settings, clock, mail.login)


def _envelope(mailbox: str | None) -> Callable[[EmailMessage], str]:
    """Return how the envelope's sender is made: with a token where mail returns to *mailbox*."""
    if mailbox is None:
        return own_address

    def signed(message: EmailMessage) -> str:
        token = str(message["Message-ID"]).strip("<>").partition("@")[0]
        return return_address(mailbox, token)

    return signed
