"""Where the demonstration lives: its folder, the keys and passwords kept there, and the settings made of them."""

import json
import os
import secrets
import shlex
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from config import Config
from outreach.accounts.models import Role
from outreach.accounts.passwords import make_password

FOLDER: Final = Path("var/demo")
HOST: Final = "127.0.0.1"
DOMAIN: Final = "lemans.example"
CONTACT: Final = f"congresdessolidarites@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the invented office."""

    email: str
    name: str
    roles: tuple[Role, ...]
    language: str = "fr"


ACCOUNTS: Final = (
    Account(f"demo@{DOMAIN}", "Dominique Harnoy", tuple(Role)),
    Account(f"preparation@{DOMAIN}", "Nadège Vauquelle", (Role.PREPARE,)),
    Account(f"signature@{DOMAIN}", "Camille Bréhat", (Role.SIGN, Role.READ)),
    Account(f"lecture@{DOMAIN}", "Inès Malicorne", (Role.READ,)),
    Account(f"administration@{DOMAIN}", "Loïc Trévignon", (Role.ADMINISTER,)),
    Account(f"english@{DOMAIN}", "Rosalind Ashgrove", (Role.PREPARE, Role.READ), "en"),
)
"""One for everything, then one for each set of roles."""
SIGNER: Final = ACCOUNTS[2]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is drawn once and kept, so that links and passwords still hold at the next start."""

    secret_key: str
    suppression_key: str
    port: int
    passwords: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one demonstration."""

    folder: Path

    @property
    def inbox(self) -> Path:
        """Where the catcher keeps what it receives."""
        return self.folder / "inbox"

    @property
    def logs(self) -> Path:
        """Where the processes write what they do."""
        return self.folder / "logs"

    @property
    def settings(self) -> Path:
        """The settings of this start as shell variables, for commands beside it."""
        return self.folder / "settings.env"

    def empty(self) -> None:
        """Forget everything that was done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def kept(self) -> Kept | None:
        """What an earlier start drew, if there was one."""
        try:
            return Kept(**json.loads((self.folder / "kept.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def keep(self, port: int) -> Kept:
        """Draw keys and passwords at the first start, take the known ones afterwards; keep the port."""
        known = self.kept()
        drawn = Kept(
            known.secret_key if known else secrets.token_urlsafe(32),
            known.suppression_key if known else secrets.token_urlsafe(32),
            port,
            known.passwords if known else {one.email: make_password()[:14] for one in ACCOUNTS},
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        _write_private(self.folder / "kept.json", json.dumps(asdict(drawn), indent=2))
        return drawn

    def config(self, kept: Kept, smtp_port: int) -> Config:
        """The settings of the demonstration: nothing may leave this machine."""
        made = Config(
            secret_keys=(kept.secret_key,),
            suppression_key=kept.suppression_key,
            base_url=f"http://{HOST}:{kept.port}",
            data_dir=self.folder.resolve(),
            smtp_url=f"smtp://{HOST}:{smtp_port}",
            mail_from=CONTACT,
            bounce_domain=f"retours.{DOMAIN}",
            connections=2,
            loopback_only=True,
            demonstration=True,
            log_format="json",
            host=HOST,
            port=kept.port,
        )
        ours = {name: value for name, value in made.environment().items() if name.startswith("OUTREACH_")}
        _write_private(self.settings, "".join(f"export {name}={shlex.quote(ours[name])}\n" for name in sorted(ours)))
        return made


def _write_private(file: Path, text: str) -> None:
    """Write what nobody else on this machine should read."""
    fresh = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as written:
        written.write(text)
    fresh.replace(file)
