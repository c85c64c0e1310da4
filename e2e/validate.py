"""What c2pa-python, which is not ours, says of files: one line of JSON for each.

    .venv-c2pa/bin/python e2e/validate.py FILE...
"""
import json
import sys

from c2pa import C2paError, Reader


def validate(path: str) -> dict:
    try:
        with Reader(path) as reader:
            store = json.loads(reader.json())
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
