"""Makes valid HTML of what the renderer of MJML writes; what Outlook alone needs goes where it alone reads it."""

import re
from typing import Final

_OFFICE: Final = ' xmlns:o="urn:schemas-microsoft-com:office:office"'
_VECTORS: Final = ' xmlns:v="urn:schemas-microsoft-com:vml"'
_SETTINGS: Final = "<o:OfficeDocumentSettings>"
_GAPS: Final = " mso-table-lspace: 0pt; mso-table-rspace: 0pt;"
_FOR_OUTLOOK: Final = (
    "<!--[if mso]><style>table, td { mso-table-lspace: 0pt; mso-table-rspace: 0pt; }</style><![endif]--></head>"
)
_ALIGNED: Final = re.compile(r' vertical-align="\w+"')
"""An attribute that no program knows."""
_IDLE: Final = re.compile(r"mso-padding-alt:0px;?")
"""Of links: Outlook gives them no padding anyhow."""
_CELL: Final = re.compile(r'<td[^>]*?mso-padding-alt:[^;"]*;?[^>]*>')
_PADDING: Final = re.compile(r'mso-padding-alt:[^;"]*;?')


def conforming(html: str) -> str:
    """The same message, without what HTML does not know: names of Microsoft stand in comments that Outlook reads."""
    html = html.replace(_VECTORS, "", 1).replace(_OFFICE, "", 1)
    html = html.replace(_SETTINGS, f"{_SETTINGS[:-1]}{_OFFICE}>", 1)
    if _GAPS in html:
        html = html.replace(_GAPS, "").replace("</head>", _FOR_OUTLOOK, 1)
    return _CELL.sub(_twice, _IDLE.sub("", _ALIGNED.sub("", html)))


def _twice(cell: re.Match[str]) -> str:
    """A cell with its padding for Outlook, and without for all others."""
    others = _PADDING.sub("", cell[0])
    return f"<!--[if mso]>{cell[0]}<![endif]--><!--[if !mso]><!-->{others}<!--<![endif]-->"
