"""What c2pa-python, which is not ours, says of files: one line of JSON for each. A manifest beside a file (FILE.c2pa) is read with it.

    .venv-c2pa/bin/python e2e/validate.py FILE...
"""
import json
import sys
from pathlib import Path

from c2pa import C2paError, Reader


def reader(path: str) -> Reader:
    beside = Path(f"{path}.c2pa")
    if beside.exists():
        return Reader("text/vtt", open(path, "rb"), beside.read_bytes())
    # By its usual type, application/zip, the library does not know a zip.
    return Reader("application/x-zip", open(path, "rb")) if path.endswith(".zip") else Reader(path)


def validate(path: str) -> dict:
    try:
        with reader(path) as found:
            store = json.loads(found.json())
    except C2paError as error:
        return {"state": "Unreadable", "error": str(error)}
    return {
        "state": store.get("validation_state"),
        "problems": sorted({status["code"] for status in store.get("validation_status", [])}),
        "active": store.get("active_manifest"),
        "manifests": store.get("manifests", {}),
    }


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(json.dumps(validate(path)))
