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


def certificate(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Certificate:
    """Make one with the openssl command; the test is skipped where there is none."""
    made = Certificate(folder / "key.pem", folder / "certificate.pem")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-subj", "/CN=relay.test", "-addext", f"subjectAltName={names}"]
    try:
        subprocess.run(
            [*command, "-keyout", str(made.key), "-out", str(made.authority)], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("openssl, which makes the certificate of the test relay, is not installed")
    return made
