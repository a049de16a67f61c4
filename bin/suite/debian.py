"""Odoo 19 from the distribution's own packages, unpacked into a local folder.

Nothing is installed on the machine: private apt lists, private sources, `dpkg-deb -x`.
The package archive is the one this machine is already configured for.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from suite import paths
from suite.progress import SuiteError, run, say, step

LOCK = Path(__file__).with_name("odoo.lock")
NO_ARCHIVE = "Check that this machine reaches its package archive: `apt-get update`."
MARKER = ".unpacked.json"
UNSTABLE = "sid"

# Odoo itself, and a font that older releases do not carry.
FROM_UNSTABLE = ("odoo-19", "fonts-montserrat")
# Odoo's package links to these. They come from the machine's own release, because
# Odoo's icons need font-awesome 4.7 and newer releases carry 7.
FROM_OWN_RELEASE = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
NO_DEBIAN = (
    "Set ODOO_HOME to a folder with Odoo 19.0 sources, or install the `odoo` package "
    "for this Python, and run the command again."
)


def odoo_path():
    """Give the folder to put on the Python path for the unpacked Odoo."""
    return paths.ODOO_ROOT / "usr" / "lib" / "python3" / "dist-packages"


def ensure_odoo():
    """Unpack Odoo unless the locked or last obtained packages already are.

    :return: A text that names the Odoo packages in use.
    :rtype: str
    """
    codename = _codename()
    marker = paths.ODOO_ROOT / MARKER
    wanted = _locked(codename)
    if marker.is_file():
        unpacked = json.loads(marker.read_text())
        if unpacked["locked"] == wanted and (odoo_path() / "odoo").is_dir():
            return unpacked["odoo-19"]
    files = _obtain(codename, wanted)
    with step("Unpacking Odoo 19"):
        fresh = paths.LOCAL / "odoo.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for file in files.values():
            run(["dpkg-deb", "-x", file["path"], fresh])
        # Files must be readable by the database user too when root sets this up.
        fresh.chmod(0o755)
        record = {name: file["version"] for name, file in files.items()}
        (fresh / MARKER).write_text(json.dumps({"locked": wanted, **record}))
        shutil.rmtree(paths.ODOO_ROOT, ignore_errors=True)
        fresh.rename(paths.ODOO_ROOT)
    return files["odoo-19"]["version"]


def _codename():
    release = {}
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        text = ""
    for line in text.splitlines():
        key, _separator, value = line.partition("=")
        release[key] = value.strip('"')
    if release.get("ID") != "debian" or not shutil.which("apt-get"):
        raise SuiteError("This machine is not a Debian with apt-get.", NO_DEBIAN)
    return release.get("VERSION_CODENAME") or UNSTABLE


def _locked(codename):
    """Read the locked packages of a release: name → version and SHA-256."""
    locked = json.loads(LOCK.read_text())
    return {**locked[UNSTABLE], **locked.get(codename, {})}


def _obtain(codename, wanted):
    """Find every package in the cache, or download it.

    :return: name → path, version
    :rtype: dict
    """
    cache = paths.cache_dir() / "debian" / codename
    cache.mkdir(parents=True, exist_ok=True)
    names = FROM_UNSTABLE + FROM_OWN_RELEASE
    found = _find(cache, names, wanted)
    missing = [name for name in names if name not in found]
    if missing:
        with step(f"Downloading {len(missing)} Debian packages"):
            try:
                _download(cache, codename, missing)
            except SuiteError:
                if len(_find(cache, missing, None)) < len(missing):
                    raise
                say("   the archive does not answer; using what an earlier clone got")
        found.update(_find(cache, missing, None))
        _report_differences(found, wanted, missing)
    still = [name for name in names if name not in found]
    if still:
        raise SuiteError(f"The archive did not deliver {', '.join(still)}.", NO_DEBIAN)
    return found


def _find(cache, names, wanted):
    """Look for packages in the cache.

    :param dict wanted: The locked packages, or `None` for the newest file there is.
    """
    found = {}
    for name in names:
        files = sorted(
            cache.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime
        )
        for path in reversed(files):
            version = path.name.split("_")[1].replace("%3a", ":")
            if wanted is not None:
                lock = wanted.get(name)
                if not lock or lock["version"] != version:
                    continue
                if lock["sha256"] != _sha256(path):
                    say(f"   {path.name} in the cache is damaged, fetching it again")
                    path.unlink()
                    continue
            found[name] = {"path": str(path), "version": version}
            break
    return found


def _sha256(path):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _report_differences(found, wanted, fetched):
    for name in fetched:
        if name not in found:
            continue
        version, lock = found[name]["version"], wanted.get(name)
        if not lock:
            say(f"   note: {name} {version} is not in {LOCK.name} for this release")
        elif lock["version"] != version:
            say(
                f"   note: {LOCK.name} names {name} {lock['version']}, but the archive "
                f"offers {version}; going on with {version}"
            )
        elif lock["sha256"] != _sha256(Path(found[name]["path"])):
            raise SuiteError(
                f"{name} {version} from the archive differs from the locked SHA-256.",
                f"Check the package archive, or update {LOCK.relative_to(paths.ROOT)}.",
            )


def _download(cache, codename, names):
    """Download packages of Odoo, each from its release, into the cache."""
    own = [name for name in names if name in FROM_OWN_RELEASE]
    unstable = [name for name in names if name in FROM_UNSTABLE]
    for release, group in ((UNSTABLE, unstable), (codename, own)):
        if group:
            with _private_apt(codename, release) as apt:
                run([*apt, "download", *group], remedy=NO_ARCHIVE, cwd=cache)


@contextlib.contextmanager
def _private_apt(codename, release):
    """Give an `apt-get` of our own: private sources and lists, signatures checked.

    :param str codename: The machine's own release, whose archive is used.
    :param str release: The release to take packages from.
    :return: The command and its options.
    :rtype: list[str]
    """
    home = paths.LOCAL / "apt" / release
    for part in ("lists/partial", "cache/archives/partial"):
        (home / part).mkdir(parents=True, exist_ok=True)
    sources = home / "private.sources"
    sources.write_text(_debian_source(codename).format(suite=release))
    apt = [
        "apt-get",
        f"-oDir::Etc::sourcelist={sources}",
        "-oDir::Etc::sourceparts=/dev/null",
        f"-oDir::State::Lists={home / 'lists'}",
        f"-oDir::Cache={home / 'cache'}",
        "-oDebug::NoLocking=1",
        "-oAcquire::Languages=none",
        "-oAcquire::Retries=3",
    ]
    if os.geteuid() == 0:
        # The download user of apt may not be able to enter this folder.
        apt.append("-oAPT::Sandbox::User=root")
    run([*apt, "update", "-qq"], remedy=NO_ARCHIVE)
    try:
        yield apt
    finally:
        shutil.rmtree(home, ignore_errors=True)


def unpack(name, folder):
    """Unpack a package of this release, and what the machine lacks for it, locally.

    :param str name: The package.
    :param Path folder: Where to; it is replaced.
    """
    codename = _codename()
    cache = paths.cache_dir() / "debian" / f"{codename}-{name}"
    cache.mkdir(parents=True, exist_ok=True)
    with _private_apt(codename, codename) as apt:
        plan = run(
            [*apt, "--simulate", "--no-install-recommends", "install", name],
            remedy=NO_ARCHIVE,
        )
        wanted = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
        if wanted:
            run([*apt, "download", *wanted], remedy=NO_ARCHIVE, cwd=cache)
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for package in wanted:
        newest = max(cache.glob(f"{package}_*.deb"), key=lambda p: p.stat().st_mtime)
        run(["dpkg-deb", "-x", newest, fresh])
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _debian_source(codename):
    """Make a sources stanza with the archive of this machine's own sources.

    :return: A deb822 stanza; the suite is filled in by `str.format(suite=...)`.
    :rtype: str
    """
    for source in _own_sources():
        if source["types"] == "deb" and codename in source["suites"].split():
            lines = [
                "Types: deb",
                f"URIs: {source['uris'].split()[0]}",
                "Suites: {suite}",
                "Components: main",
            ]
            if source["signed-by"]:
                lines.append(f"Signed-By: {source['signed-by']}")
            return "\n".join(lines) + "\n"
    raise SuiteError(
        f"No package source for {codename} is configured in /etc/apt.", NO_DEBIAN
    )


def _own_sources():
    """Read both formats of package sources, one mapping per source."""
    parts = Path("/etc/apt/sources.list.d")
    found = []
    for path in sorted(parts.glob("*.sources")):
        for stanza in re.split(r"\n[ \t]*\n", path.read_text()):
            fields = dict.fromkeys(("types", "uris", "suites", "signed-by"), "")
            name = None
            for line in stanza.splitlines():
                if line.startswith("#") or not line.strip():
                    continue
                if line[0] in " \t" and name:
                    fields[name] += "\n" + line
                    continue
                name, _separator, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
            if fields.get("enabled", "yes").lower() != "no":
                found.append(fields | {"types": _first_word(fields["types"])})
    for path in (Path("/etc/apt/sources.list"), *sorted(parts.glob("*.list"))):
        text = path.read_text() if path.is_file() else ""
        for line in text.splitlines():
            match = re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)", line.strip())
            if match:
                options, uri, suite = match.groups()
                signed = re.search(r"signed-by=(\S+)", options or "")
                found.append(
                    {
                        "types": "deb",
                        "uris": uri,
                        "suites": suite,
                        "signed-by": signed.group(1) if signed else "",
                    }
                )
    return found


def _first_word(text):
    """A stanza may list `deb deb-src`."""
    return "deb" if "deb" in text.split() else text
