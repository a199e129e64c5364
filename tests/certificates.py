"""Self-made certificates for the relay of the tests."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    """A self-made certificate: what the relay shows, and the authority file with which a client may trust it."""

    key: Path
    authority: Path

    def server(self) -> ssl.SSLContext:
        """The context of the relay that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, self.key)
        return context

    def client(self) -> ssl.SSLContext:
        """A verifying context that trusts it and nothing else."""
        return ssl.create_default_context(cafile=self.authority)


_AUTHORITY = """
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
default_md = sha256
rand_serial = yes
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = {names}
"""


def certificate(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Certificate:
    """Make one with the openssl command; the test is skipped where there is none."""
    made = Certificate(folder / "key.pem", folder / "certificate.pem")
    extension = ["-addext", f"subjectAltName={names}", "-days", "2"]
    _openssl(folder, "req", "-x509", *_NEW_KEY, *extension, "-keyout", str(made.key), "-out", str(made.authority))
    return made


def expired(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Certificate:
    """One that was good until the end of January 2020."""
    made = Certificate(folder / "key.pem", folder / "certificate.pem")
    (folder / "openssl.cnf").write_text(_AUTHORITY.format(names=names))
    (folder / "index.txt").touch()
    _openssl(folder, "req", "-new", *_NEW_KEY, "-keyout", str(made.key), "-out", "request.pem")
    asked = ["-batch", "-config", "openssl.cnf", "-selfsign", "-keyfile", str(made.key), "-in", "request.pem"]
    when = ["-startdate", "20200101000000Z", "-enddate", "20200131000000Z"]
    _openssl(folder, "ca", *asked, *when, "-notext", "-out", str(made.authority))
    return made


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=relay.test")


def _openssl(folder: Path, *arguments: str) -> None:
    try:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl, which makes the certificate of the test relay, is not installed")
