"""Build the Ask extension: the frontend by npm and webpack, then one .supx that Superset loads. Needs Node 20 and nothing of ours.

Superset's own tool writes a bundle without a frontend when webpack fails, and says that all is well. Here the bundle is looked at
before it is kept: it holds the frontend, a remote entry, nothing Superset would refuse, and it is small.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FRONTEND = HERE / "frontend"
BACKEND = HERE / "backend"
LARGEST_FRONTEND = 150_000
"""Bytes, compressed as a web server would. What Superset shares with us (React, antd) is not in it."""
OLDEST_NODE = 20
_REMOTE_ENTRY = re.compile(r"remoteEntry\.[0-9a-f]+\.js")
_BUNDLED = re.compile(r"manifest\.json|frontend/dist/[^/]+|backend/src/.+\.py")


class CannotBuild(Exception):
    """This machine lacks what building needs."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the extension that puts Ask into Superset.")
    parser.add_argument("--if-possible", action="store_true", help="without Node say so in one line, and succeed")
    lenient = parser.parse_args().if_possible
    try:
        require_node()
        install()
    except CannotBuild as reason:
        said = f"The Ask panel in Superset is left out: {reason} Then run `make panel up`. Everything else works.\n"
        sys.exit(said.strip()) if not lenient else sys.stderr.write(said)
        return
    path = build()
    sys.stdout.write(f"{path.relative_to(HERE)}  {path.stat().st_size / 1000:.0f} kB\n")


def require_node() -> None:
    """Raises CannotBuild."""
    wanted = f"it needs Node {OLDEST_NODE} or newer with npm (https://nodejs.org)."
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise CannotBuild(wanted)
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.match(r"v(\d+)\.", version)
    if found is None or int(found.group(1)) < OLDEST_NODE:
        raise CannotBuild(f"{wanted[:-1]}; this is {version.strip() or 'another'}.")


def install() -> None:
    """What building needs, as the lock says; nothing to do when it is there. Raises CannotBuild when the registry cannot be reached."""
    done = FRONTEND / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= (FRONTEND / "package-lock.json").stat().st_mtime:
        return
    # No package may run a program of its own while it is installed.
    command = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-progress", "--loglevel=error"]
    ended = subprocess.run(command, cwd=FRONTEND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603
    if ended.returncode:
        raise CannotBuild(f"npm could not install what it is built with ({_last_line(ended.stdout)}).")


def build() -> Path:
    """Compile, bundle, check, keep. A bundle that is there stays until the new one is whole."""
    about = json.loads((HERE / "extension.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder)
        command = ["npm", "run", "--silent", "build", "--", "--output-path", folder]
        subprocess.run(command, cwd=FRONTEND, check=True)  # noqa: S603
        frontend = {f"frontend/dist/{path.name}": path.read_bytes() for path in sorted(compiled.iterdir())}
    source = BACKEND / "src"
    backend = {f"backend/src/{path.relative_to(source)}": path.read_bytes() for path in sorted(source.rglob("*.py"))}
    files = {"manifest.json": json.dumps(manifest(about, frontend), indent=1).encode(), **frontend, **backend}
    if trouble := faults(files):
        sys.exit("The Ask extension cannot be used as it was built: " + " ".join(trouble))
    return write(HERE / "dist" / f"{about['publisher']}-{about['name']}-{about['version']}.supx", files)


def manifest(about: Mapping[str, Any], frontend: Mapping[str, bytes]) -> dict[str, Any]:
    """As Superset reads it. The names follow from publisher and name by its rules."""
    publisher, name = about["publisher"].replace("-", "_"), about["name"]
    camel = re.sub(r"-(.)", lambda found: found.group(1).upper(), name)
    entry = next((path.rpartition("/")[2] for path in frontend if _REMOTE_ENTRY.fullmatch(path.rpartition("/")[2])), None)
    told = {"id": f"{about['publisher']}.{name}", **about, "backend": {"entrypoint": f"{publisher}.{name.replace('-', '_')}.entrypoint"}}
    return told if entry is None else {**told, "frontend": {"remoteEntry": entry, "moduleFederationName": f"{publisher}_{camel}"}}


def faults(files: Mapping[str, bytes]) -> list[str]:
    """Sentences; none for a bundle that works."""
    about = json.loads(files["manifest.json"])
    found = []
    if "frontend" not in about:
        found.append("It has no frontend: webpack made no remote entry.")
    elif about["frontend"]["moduleFederationName"].encode() not in files[f"frontend/dist/{about['frontend']['remoteEntry']}"]:
        found.append("Its remote entry bears another name than its manifest says.")
    if not any(path.endswith("/entrypoint.py") for path in files):
        found.append("It has no backend.")
    if refused := [path for path in files if not _BUNDLED.fullmatch(path)]:
        found.append(f"Superset would refuse {refused[0]}.")
    if (size := compressed(files)) > LARGEST_FRONTEND:
        found.append(f"Its frontend has {size:,} bytes, {LARGEST_FRONTEND:,} is the most.")
    return found


def compressed(files: Mapping[str, bytes]) -> int:
    """Bytes that a browser loads when it loads everything."""
    return sum(len(gzip.compress(content, mtime=0)) for path, content in files.items() if path.startswith("frontend/"))


def write(path: Path, files: Mapping[str, bytes]) -> Path:
    """The same files give the same bytes, so that Superset is restarted only when something changed."""
    path.parent.mkdir(exist_ok=True)
    for old in path.parent.glob("*.supx"):
        if old != path:
            old.unlink()
    whole = path.with_suffix(f".{os.getpid()}")
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return whole.replace(path)


def _last_line(said: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith(("code", "network"))), lines[0] if lines else "it said nothing")


if __name__ == "__main__":
    main()
