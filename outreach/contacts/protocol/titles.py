"""The words by which offices are known in files and on envelopes, folded: patterns, and what each of them means."""

from typing import Final

from outreach.contacts.kinds import Kind

_INTERCOMMUNAL: Final = r"(\bepci\b|communaute (de c|d'a|urb)|metropole|intercommunal)"

ROWS: Final[tuple[tuple[str, str], ...]] = (
    (r"vice[- ]president\w*.*(assemblee nationale|national assembly)", "national_assembly_vice_president"),
    (r"vice[- ]president\w*.*\bsenate?\b", "senate_vice_president"),
    (r"vice[- ]president\w*.*(conseil regional|\bregion\b|regional council)", "regional_vice_president"),
    (r"vice[- ]president\w*.*(conseil (departemental|general)|departement\b)", "departmental_vice_president"),
    (rf"vice[- ]president\w*.*{_INTERCOMMUNAL}", "intercommunality_vice_president"),
    (r"vice[- ]president", "vice_president"),
    (r"president\w* de la republique|president of the (french )?republic", "president_of_the_republic"),
    (r"premiere? president", "first_president"),
    (r"premiere? ministre|prime minister", "prime_minister"),
    (r"president\w* (du senat|of the senate)", "senate_president"),
    (r"president\w* (de l'assemblee nationale|of the national assembly)", "national_assembly_president"),
    (r"president\w* (du conseil consulaire|of the consular)", "consular_president"),
    (r"president\w* de l'assemblee des francais de l'etranger", "french_abroad_president"),
    (r"president\w* du conseil executif( de corse)?", "corsica_executive_president"),
    (r"president\w* de l'assemblee de corse", "corsica_assembly_president"),
    (r"president\w* (du gouvernement|de la polynesie francaise)", "overseas_government_president"),
    (
        r"president\w* (de l'assemblee (territoriale|de (la poly|guy|mart|la prov))|du congres|de la collectivite)",
        "overseas_assembly_president",
    ),
    (r"president\w* .*conseil economique,? social", "ceser_president"),
    (r"president\w* (du tribunal|de la cour|de la chambre regionale des comptes)", "court_president"),
    (r"president\w* (du conseil regional|de (la )?region|of the regional council)", "regional_president"),
    (
        r"president\w* (du conseil (departemental|general)|du departement|of the departmental council)",
        "departmental_president",
    ),
    (rf"president\w* (d'un |d'une |de |de la |du )?(\w+ )?{_INTERCOMMUNAL}", "intercommunality_president"),
    (r"(co[- ]?)?presidente?\b|chair(man|woman|person)?\b", "president"),
    (r"ministre deleguee?|minister delegate", "minister_delegate"),
    (r"ministre\b|minister\b|garde des sceaux", "minister"),
    (r"secretaire d'etat|secretary of state", "secretary_of_state"),
    (r"sous[- ]prefete?\b|sub-?prefect", "sub_prefect"),
    (r"prefete?\b|prefect\b", "prefect"),
    (r"haute?[- ]commissaire|high commissioner", "high_commissioner"),
    (r"(deputee?|representant\w*) .*europeen|eurodeputee?|mep\b|member of the european", "mep"),
    (
        r"deputy mayor|maire[- ]adjointe?\b|adj$|adjointe?( (au |a la |du |de la )?maire| deleguee?| chargee?|$)",
        "deputy_mayor",
    ),
    (r"deputee?\b|member of the national assembly|deputy$", "deputy"),
    (r"senat(eur|rice)\b|senator\b", "senator"),
    (r"conseill\w+ de paris", "paris_councillor"),
    (r"conseill\w+ metropolitain", "metropolitan_councillor"),
    (r"conseill\w+ regional|regional councillor", "regional_councillor"),
    (r"conseill\w+ (departemental|generale?\b)|departmental councillor", "departmental_councillor"),
    (r"conseill\w+ territorial|territorial councillor", "territorial_councillor"),
    (r"conseill\w+ (communautaire|intercommunal)", "community_councillor"),
    (r"conseill\w+ municipal|municipal councillor", "municipal_councillor"),
    (r"(conseill\w+ a|membre de) l'assemblee de corse|conseill\w+ executi", "corsica_councillor"),
    (r"conseill\w+ a l'assemblee des francais de l'etranger", "french_abroad_assembly_councillor"),
    (r"conseill\w+ (des francais de l'etranger|consulaire)", "french_abroad_councillor"),
    (r"representant\w* a l'assemblee de la polynesie", "polynesia_representative"),
    (
        r"membre (d'une assemblee d'une collectivite|du congres|de l'assemblee de (guy|mart|la poly|la prov))",
        "overseas_member",
    ),
    (r"maire deleguee?|delegate mayor", "delegate_mayor"),
    (r"maire d'arrondissement|maire du \d+ ?(e|er|eme)? (arr|secteur)", "arrondissement_mayor"),
    (r"mai$|maire\b|mairesse\b|mayor(ess)?\b", "mayor"),
    (r"ambassad(eur|rice)\b|ambassador\b", "ambassador"),
    (r"consule? honoraire|honorary consul", "honorary_consul"),
    (r"consule? generale?|consul general", "consul_general"),
    (r"consule?\b", "consul"),
    (r"procureure? generale?|prosecutor general", "general_prosecutor"),
    (r"procureure?\b|public prosecutor", "prosecutor"),
    (r"juge\b|judge\b", "judge"),
    (r"recteur\b|rectrice\b|rector\b", "rector"),
    (r"generale?($|,| de (corps|division|brigade|l'armee|gendarmerie)| commandant)", "general"),
    (r"((vice|contre)[- ])?amirale?\b|admiral\b", "admiral"),
    (r"(lieutenant[- ])?colonel(le)?\b", "colonel"),
    (r"capitaine de (vaisseau|fregate|corvette)|commandante?\b|commander\b", "commander"),
    (r"cardinal\b", "cardinal"),
    (r"(arch)?eveque\b|(arch)?bishop\b|monseigneur", "bishop"),
    (r"grande?[- ]rabbine?\b|chief rabbi\b", "chief_rabbi"),
    (r"rabbine?\b|rabbi\b", "rabbi"),
    (r"cure\b|parish priest", "parish_priest"),
    (r"pretre\b|priest\b|vicaire general", "priest"),
    (r"pasteure?\b|pastor\b", "pastor"),
    (r"imame?\b", "imam"),
    (r"direct(eur|rice) generale?\b|director general\b", "director_general"),
    (r"direct(eur|rice|or)\b", "director"),
    (r"secretaire generale?\b|(general secretary|secretary general)\b", "secretary_general"),
)
"""Pattern -> row of the forms of address, from the beginning of a title without civility, ordinal and honour.

The first that matches decides: an adjointe au maire is no maire, and a director's assistant no director.
"""

KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    (r"parlement europeen|deput\w+ europeen|\bmep\b|eurodepute|european parliament", Kind.MEP),
    (r"\bdeputy mayor|\badjointe? au maire|\bmaire adjointe?|^adj$|^adjointe?$", Kind.DEPUTY_MAYOR),
    (r"\bdeputee?s?\b|national assembly|\bdeputy$", Kind.DEPUTY),
    (r"\bsenat(eur|rice)s?\b|\bsenators?\b", Kind.SENATOR),
    (r"(?<!sous-)\bprefete?\b|\bprefect\b", Kind.PREFECT),
    (
        r"\bepci\b|communaute (de communes|d'agglomeration|urbaine)|intercommunal|\bmetropole\b",
        Kind.INTERCOMMUNALITY_PRESIDENT,
    ),
    (r"conseill\w+ regional|conseil regional|regional council", Kind.REGIONAL_COUNCILLOR),
    (
        r"conseill\w+ departemental|conseil departemental|conseil general|departmental council",
        Kind.DEPARTMENTAL_COUNCILLOR,
    ),
    (r"conseill\w+ (municipal|metropolitain|de paris|territorial|communautaire)", Kind.COUNCILLOR),
    (r"^mai$|\bmaire\b|\bmairesse\b|\bmayor(ess)?\b", Kind.MAYOR),
    (r"\bccas\b|\bcias\b|centre communal d'action sociale", Kind.CCAS),
    (r"\bassociations?\b", Kind.ASSOCIATION),
    (r"\bpresse\b|\bjournaliste\b|\bpress\b|\bjournalist\b", Kind.PRESS),
    (r"\bpartenaires?\b|\bpartners?\b|\bentreprise\b", Kind.PARTNER),
    (r"\binstitutions?\b", Kind.INSTITUTION),
    (r"\bparticulier\b|\bindividual\b", Kind.INDIVIDUAL),
)
"""Pattern -> kind, anywhere in the words: for titles that name no row, names of files and the like."""

FEMININE: Final = (
    r"presidente|directrice|deputee|senatrice|prefete|conseillere|adjointe|secretaire generale|chairwoman|mairesse|"
    r"maire[- ]adjointe|maire deleguee|ministre deleguee|representante|ambassadrice|consule|rectrice|procureure|"
    r"pasteure"
)
"""Titles that only a woman bears."""
