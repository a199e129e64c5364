"""Write outreach/contacts/communes_nouvelles.json from the npm package @etalab/decoupage-administratif (MIT).

    npm pack @etalab/decoupage-administratif    (then unpack it)
    python tools/communes.py package/data

The package follows the Code officiel géographique of INSEE: which communes were joined to which.
"""

import json
import sys
from pathlib import Path

from outreach.contacts.duplicates.places import plain_place

JOINED = {"commune-deleguee", "commune-associee"}
TARGET = Path(__file__).parent.parent / "outreach" / "contacts" / "communes_nouvelles.json"


def main(folder: Path) -> None:
    """Keep the plain name of each commune that was joined to another of the same département, and the other's."""
    rows = json.loads((folder / "communes.json").read_text("utf-8"))
    current = {row["code"]: row for row in rows if row["type"] == "commune-actuelle"}
    still = {(row["departement"], plain_place(row["nom"])) for row in current.values() if "departement" in row}
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["type"] not in JOINED or row["chefLieu"] not in current:
            continue
        department, old = row["departement"], plain_place(row["nom"])
        if (department, old) not in still:
            found.setdefault(department, {})[old] = plain_place(current[row["chefLieu"]]["nom"])
    lines = ",\n".join(
        f"{json.dumps(department)}: {json.dumps(dict(sorted(found[department].items())))}"
        for department in sorted(found)
    )
    TARGET.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{sum(map(len, found.values()))} former communes written to {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
