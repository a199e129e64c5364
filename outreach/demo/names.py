"""Names from which the people of the demonstration are made. Nobody bears them together; communes are invented too."""

# ruff: noqa: SIM905 - lists of names are easier to read as words

from typing import Final

GIVEN_F: Final = (
    "Adèle Agnès Amandine Anne-Sophie Aïcha Béatrice Blandine Cécile Chloé Claire Clémence Coline Delphine Édith "
    "Élodie Emmanuelle Estelle Fatoumata Flavie Françoise Gaëlle Geneviève Héloïse Hélène Ingrid Isaure Jeanne Josiane "
    "Khadija Laëtitia Léonie Lucie Maëlle Marguerite Marie-Noëlle Mathilde Mélanie Myriam Nadège Ninon Océane Odile "
    "Pauline Perrine Rachida Rosalie Sandrine Solène Sylvie Thérèse Valérie Véronique Yaël Zoé"
).split()
GIVEN_M: Final = (
    "Adrien Alexis Amaury Antoine Armand Baptiste Benoît Bertrand Christophe Clément Cyril Damien Didier Édouard Émile "
    "Étienne Fabrice Félix François-Xavier Gaël Gaspard Gérard Gildas Hugues Ibrahim Jean-Baptiste Jérôme Joël Julien "
    "Kévin Lilian Loïc Lucien Mamadou Marc-Antoine Mathieu Maxence Nabil Noël Octave Olivier Pascal Philibert Quentin "
    "Raphaël Régis Rémi Samir Sébastien Stéphane Sylvain Tanguy Théo Thibault Tristan Ulysse Yannick Yves-Marie"
).split()
FAMILY: Final = (
    "Aubrelle Bazougers Beaupuy-Lormel Bellencourt Bertheleu Bézirard Boisvillier Bonnétaville Bourgnolin Brévandel "
    "Cailledeau Champrosé Chantepierre Charbonnel-Roux Chauvigné Cheminard Clairembault Coudrelle Courtemanchet "
    "Crossonneau Dangeulles Delaroncière Desgranvilliers Douessard Duvallonge Élancourtin Épinassoux Estourbeau "
    "Fauvelière Ferronnel Feuillardin Fontevrelle Fougerolin Frénouville-Ast Gandelain Garancher Gesvrinot Girouardin "
    "Grandmaisonnet Guécélard-Bry Guéhennoc Hardangelle Haudressy Hélouvry Houssemagne Jublain-Morel Jumelière "
    "Kermadiou Lamnayrac Landevoisin Lavardinet Lépineraie Lhommeval Longaulnoy Louplandel Loussignan Malidornet "
    "Mansigneul Marçonnet Mareuillac Mézerolles Mirebelle Monhoudou-Lair Montaillard Morannesse Moulinsart-Diot "
    "Neuvillalet Nogentelle Oisselin Ormoyant Parcéval Parennelle Pavacelle Peltrinois Pincévoir Poillévert "
    "Pontvallard Précignolle Quelainet Quintovert Rouessaint Rouillonnet Ruillévy Sablonceau Saosnier Sarcéval "
    "Sillévon Solesmelle Souligneau Spayrat Surfontin Téloché-Bas Tennival Thoirelle Tresséant Tuffonnel Vallonnier "
    "Vancéville Verneillard Vibraison Villainelle Voivrelle Volnaison Yvrelandes"
).split()
LONG_FAMILY: Final = "de La Rochebrune-Villandray des Essarts de Montfaucon"
ENGLISH_GIVEN: Final = (
    "Alistair Beatrix Cormac Elspeth Fergus Gwendolyn Imogen Lorcan Maeve Niamh Rhiannon Tobias".split()
)
ENGLISH_FAMILY: Final = "Ashcombe Brackenhurst Carrowmore Dunmorrow Ellerwick Farnleigh Glenarrow Hathermoor".split()
EUROPE: Final = (
    # country, language of letters, town, given names, family names
    ("BE", "fr", "Bruxelles", "Lore Wannes Noor Stijn", "Vandenbeukel Desmetterie Hoevelaken"),
    ("DE", "en", "Paderborn", "Anneliese Burkhard Wiebke Jürgen", "Großmöllern Feldhäuser Brinkersdorf"),
    ("ES", "en", "Zaragoza", "Íñigo Nuria Begoña Gonzalo", "Peñarrubiales Ibarrondo Castroviejal"),
    ("IE", "en", "Galway", "Aoife Cillian Sorcha Diarmuid", "Ó Carragháin Fennimore Ballinrath"),
    ("IT", "en", "Bologna", "Ludovica Ettore Fiammetta Ruggero", "Montevercelli Sanvitale Roccabruna"),
    ("PL", "en", "Wrocław", "Zbigniew Małgorzata Jagoda Łukasz", "Wiśniokowalski Dąbrowiecka Źrebicz"),
    ("PT", "en", "Braga", "Inês Gonçalo Beatriz Tomé", "Alvarenguinha Montalegre Figueirinhas"),
    ("SE", "en", "Umeå", "Åsa Björn Märta Östen", "Lindåkersson Fjällberga Sjövallen"),
)
SAINTS: Final = (
    "Aubinet Calixte Denisot Eusèbe Gervasin Hilairet Mesmin Ouenneau Rigomer Symphorin Thuribe Victeur".split()
)
PLACES: Final = (
    "la-Lande sous-Bois sur-Braye les-Étangs en-Plaine du-Désert le-Vieux sur-Vègre la-Forêt des-Prés".split()
)
DEPARTMENTS: Final = {
    "72": "Sarthe",
    "53": "Mayenne",
    "49": "Maine-et-Loire",
    "61": "Orne",
    "28": "Eure-et-Loir",
    "41": "Loir-et-Cher",
    "37": "Indre-et-Loire",
    "75": "Paris",
    "44": "Loire-Atlantique",
    "35": "Ille-et-Vilaine",
    "59": "Nord",
    "69": "Rhône",
}
CAUSES: Final = (
    "La Table partagée|Pain et Lien|Les Paniers du Loir|Épicerie solidaire des Deux-Rives|Le Frigo d’à côté|"
    "Handi’Ensemble|Accès pour tous|Les Mains parlantes|Regards croisés|Un Pas de plus|La Passerelle vers l’emploi|"
    "Chantier des Possibles|Ressourcerie du Bocage|Rebonds|Atelier des Savoir-faire|Le Toit commun|Halte de nuit|"
    "Familles debout|Parole d’aînés|Voisins solidaires|Jeunes en campagne|Mémoire et Fraternité|Femmes en chemin|"
    "Bol d’air|Bibliothèque de rue|Les Jardins d’Espérance|Mobilité pour tous|Aide aux étudiants|Accueil ouvert"
).split("|")
LONG_CAUSE: Final = (
    "Fédération interdépartementale des associations d’entraide, de secours et d’accompagnement des familles éloignées "
    "de l’emploi du Perche, du Maine, de l’Anjou et de la Touraine"
)
STREETS: Final = (
    "rue de la République|place de l’Église|avenue de la Gare|rue des Tanneurs|impasse du Lavoir|quai Amont".split("|")
)
PAPERS: Final = (
    "Le Courrier du Bocage|L’Écho de la Vègre|Radio Plein Ouest|La Gazette des Solidarités|Perche Info".split("|")
)
PARTNERS: Final = (
    "Caisse d’entraide de l’Ouest|Fondation des Trois-Rivières|Mutuelle du Maine uni|Banque coopérative du Loir|"
    "Office d’habitat Horizon|Transports de la Plaine|Institut régional du travail social du Bocage|"
    "Observatoire des fragilités|Université populaire des Coteaux|Centre hospitalier des Tilleuls"
).split("|")
