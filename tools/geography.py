"""Write outreach/contacts/departements.json from the npm package @etalab/decoupage-administratif (MIT).

    npm pack @etalab/decoupage-administratif    (then unpack it)
    python tools/geography.py package/data

The package follows the Code officiel géographique of INSEE.
"""

import json
import sys
from pathlib import Path

NOBODY_LIVES_THERE = {"984", "989"}  # Terres australes et antarctiques françaises, Clipperton
TARGET = Path(__file__).parent.parent / "outreach" / "contacts" / "departements.json"


def main(folder: Path) -> None:
    """Keep code, name and region of each; the overseas collectivities belong to no region."""
    regions = {r["code"]: r["nom"] for r in json.loads((folder / "regions.json").read_text("utf-8"))}
    rows = [
        {"code": d["code"], "name": d["nom"], "region": regions[d["region"]] if d["zone"] != "com" else ""}
        for d in json.loads((folder / "departements.json").read_text("utf-8"))
        if d["code"] not in NOBODY_LIVES_THERE
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in sorted(rows, key=lambda row: row["code"]))
    TARGET.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{len(rows)} départements and collectivities written to {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
