"""What the analysis process may still reach once it has closed its own doors: before any upload is looked at.

It reads strangers' bytes with libraries written in C. Whoever takes it over by such a file finds no database,
no other upload, no key file, nothing to write to, and no socket but those that models need.
"""

import logging
import os
import sys
from functools import partial
from pathlib import Path

from studylens.analysis.cutting import shelf
from studylens.analysis.protocol import reach
from studylens.config import Config
from studylens.machine import landlock, privileges, seccomp
from studylens.places import HOME

log = logging.getLogger("studylens.analysis")

_SYSTEM = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib")
"""Libraries of the system, and the loader that every program is started by."""
_FACTS = (
    "/usr/share", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/dev/urandom", "/dev/random",
    "/proc", "/sys/devices", "/sys/bus/pci", "/sys/fs/cgroup",
)  # fmt: skip
"""What libraries ask of the system: time zones, processors, memory."""
_NAMES = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf",
    "/etc/services", "/run/systemd/resolve", "/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/certs", "/etc/pki/tls/cert.pem", "/etc/pki/tls/openssl.cnf", "/etc/pki/ca-trust",
    "/etc/ca-certificates", "/usr/local/share/ca-certificates", "/etc/crypto-policies",
)  # fmt: skip
"""How names are resolved, and who vouches for a server; servers' own keys lie beside these."""
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
_WRITABLE = ("/dev/null", "/proc/self/clear_refs")
"""The second begins this process's own memory peak anew."""


def close_in(config: Config, reached: str) -> None:
    """Give up every file, socket and signal that is not needed, for good; one thread must be all there is.

    Where the kernel cannot, the process works as it is; `flask doctor` names that. A refusal is logged.
    """
    variables = os.environ
    proxies = tuple(variables[name] for name in _PROXIES if variables.get(name))
    walls = landlock.Walls(
        readable=_readable(config, reached),
        runnable=_libraries(config),
        writable=map(Path, _WRITABLE),
        ports=reach.ports(reached, config, proxies),
    )
    sockets = seccomp.INTERNET if reached != reach.NOBODY else ()
    for step in (privileges.give_up, partial(landlock.close, walls), partial(seccomp.close, sockets)):
        try:
            step()
        except OSError as error:
            log.warning("The analysis process lacks one of its walls: %s", error)


def _readable(config: Config, reached: str) -> list[Path]:
    networks = [config.ocr_path, config.seeing_path, shelf.folder_of(config)]
    models = [config.blip_path, config.scripts_path, *networks]
    found = [HOME / "studylens", HOME / "locale", *models, *map(Path, _FACTS)]
    if reached != reach.NOBODY:
        certificates = (os.environ.get(name, "") for name in _CERTIFICATES)
        found += [*map(Path, _NAMES), *(Path(name) for name in certificates if name)]
    return _apart(found, config)


def _libraries(config: Config) -> list[Path]:
    """Python, its packages and the system's libraries: only they may be run, no program beside Python."""
    ours = (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    prefixes = {Path(prefix) for prefix in ours}
    parts = ("lib", "lib64", "pyvenv.cfg", "Frameworks")
    shown = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    named = [Path(name) for name in (*sys.path, *shown, *_SYSTEM) if name]
    named += [Path(sys.executable), *(prefix / part for prefix in prefixes for part in parts)]
    return _apart(named, config)


def _apart(paths: list[Path], config: Config) -> list[Path]:
    """Leave out whatever holds our own files: uploads and the database lie below it."""
    kept = [HOME.resolve(), config.instance_path.resolve()]
    return [path for path in paths if not any(ours.is_relative_to(path.resolve()) for ours in kept)]
