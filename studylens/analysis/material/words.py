"""Words of each language that the study material needs: what is no term, what introduces one, how to ask."""

from dataclasses import dataclass


def word_set(*texts: str) -> frozenset[str]:
    """Return the words of `texts`, which stand apart by white space."""
    return frozenset(word for text in texts for word in text.split())


@dataclass(frozen=True)
class Phrases:
    """How cards and questions ask; braces are filled with text of the page."""

    what: str = "What {verb} {term}?"
    who: str = "Who or what {verb} {term}?"
    meaning: str = "What does “{term}” mean?"
    which_term: str = "Which term fits: “{text}”?"
    which_year: str = "In which year: “{text}”?"
    what_happened: str = "What happened in {text}?"
    formula: str = "What is the formula for “{term}”?"
    which_formula: str = "Which formula belongs to “{term}”?"
    name_all: str = "“{head}”: name all {count}."
    cell: str = "“{row}”: {column}?"
    summary: str = "From the page: {text}"


@dataclass(frozen=True)
class Language:
    """One language: ISO code, its small words (all in small letters), and its phrases."""

    code: str
    function_words: frozenset[str]
    introducers: frozenset[str]
    """Words after which a noun phrase stands: articles, prepositions, "and"."""
    pointers: frozenset[str]
    """Words that point to another sentence; a card that starts with one cannot be understood alone."""
    dull: frozenset[str]
    """Content words that are no terms by themselves."""
    phrases: Phrases


_MONTHS = """
        january february march april may june july august september october november december januar
        februar märz mai juni juli oktober dezember enero febrero marzo abril mayo junio julio agosto
        septiembre octubre noviembre diciembre monday tuesday wednesday thursday friday saturday sunday
        montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miércoles jueves viernes
        sábado domingo mon tue wed thu fri
        """
_LABELS = """
        example examples note notes figure fig table page homework exercise task question questions answer
        answers name date class hint tip source remember warning important lecture lesson chapter unit
        section summary title test exam points good-luck beispiel beispiele merke hinweis abbildung abb
        tabelle seite hausaufgabe aufgabe frage fragen antwort datum klasse quelle achtung wichtig kapitel
        thema punkte ejemplo ejemplos nota figura tabla página tarea ejercicio pregunta preguntas
        respuesta nombre fecha clase fuente atención importante capítulo tema puntos todo p pp http https
        www step steps thanks thank welcome agenda outline total
        """
LABELS = word_set(_LABELS)
"""Words before a colon that do not make what follows a definition."""

_EN = Language(
    code="en",
    function_words=word_set(
        """
        a an the of in on at to for from with by and or but as is are was were be been being that which
        who whom whose this these those it its they them he him she his her their our your my we you i not
        no nor than then into onto over under between during after before about against through within
        without can could may might must shall should will would do does did has have had if when where
        while because so such also only very more most less least other others another any some all both
        each every many much few several same own too just there here how what why yes per via up down out
        off away back again once until unless since upon across along around behind below beneath beside
        beyond despite except inside like near outside past toward towards whether either neither how
        however therefore thus hence often usually always never sometimes them itself themselves one two
        three
        """
    ),
    introducers=word_set(
        """
        a an the of in on at for from with by and or into onto over under between during after before
        about against through within without its their his her our your this these those each every any
        some all both no as per via called named than like near
        """
    ),
    pointers=word_set(
        """
        it its this that these those they them he him she his her their such there here then thus
        therefore hence however also instead otherwise so but and or both another others the-latter
        because we you i
        """
    ),
    dull=word_set(
        _MONTHS,
        _LABELS,
        """
        way ways part parts thing things kind kinds type types number numbers amount amounts group groups
        place places time times day days year years people person persons result results case cases form
        forms point point side sides rest half lot piece pieces end ends help use uses fact idea ideas
        reason reasons problem problems set step size large small big long short high low new old good bad
        great whole main common different similar usual final clear first second third last next early
        late able willing wrong right true false important certain single various full half loud warm cold
        hot slow fast quick east west north south minute minutes hour hours day century night morning
        today tomorrow week month months work works order example rise rises begins starts moment effect
        effects change changes function functions purpose line lines line name names word words crowd
        agreement price movement equal possible used made called known given taken found seen able several
        value values need needs wide busy heavy long tiny about limit seconds flat area front-page
        quantity best further
        """,
    ),
    phrases=Phrases(),
)
_DE = Language(
    code="de",
    function_words=word_set(
        """
        der die das den dem des ein eine einen einem einer eines und oder aber von vom im in ins am an auf
        aus mit bei beim zu zum zur für ist sind war waren wird werden wurde wurden sein seine seinen
        seiner seinem ihr ihre ihren ihrer ihrem nicht kein keine auch nur noch schon als wie wenn dass
        weil ob sich es er sie wir man diese dieser dieses diesen diesem jede jeder jedes alle alles viele
        mehr sehr so um über unter nach vor durch gegen ohne zwischen hat haben hatte kann können muss
        müssen soll sollen darf dürfen da dort hier bis seit während wegen trotz deshalb daher also denn
        doch sondern dann damit dabei dazu welche welcher welches was wer wo ihn ihm ihnen sowie bzw etwa
        ab nun beide anderen andere anderer wieder immer zwei drei derselbe dieselbe
        """
    ),
    introducers=word_set(
        """
        der die das den dem des ein eine einen einem einer eines und oder von vom im in ins am an auf aus
        mit bei beim zu zum zur für als seine seinen seiner ihre ihren ihrer durch gegen ohne zwischen
        über unter nach vor alle jede jeder jedes kein keine diese dieser dieses viele mehr
        """
    ),
    pointers=word_set(
        """
        dies diese dieser dieses diesen diesem er sie es ihr ihre ihren sein seine seinen dort hier dann
        damit dabei dadurch deshalb daher also jedoch aber und oder sondern dazu beide wir du ich darum
        """
    ),
    dull=word_set(
        _MONTHS,
        _LABELS,
        """
        teil teile art arten zahl zahlen menge gruppe gruppen ort orte zeit zeiten tag tage jahr jahre
        jahrhundert mensch menschen person ergebnis fall form punkt seite seiten rest hälfte ende hilfe
        gegensatz grund gründe problem beispiel weise möglichkeit sache ding anfang mal stelle name namen
        wort wörter inneren innere kraft höhepunkt wert geld bereich herr frau stück
        """,
    ),
    phrases=Phrases(
        what="Was {verb} {term}?",
        who="Wer oder was {verb} {term}?",
        meaning="Was bedeutet „{term}“?",
        which_term="Welcher Begriff passt: „{text}“?",
        which_year="In welchem Jahr: „{text}“?",
        what_happened="Was geschah {text}?",
        formula="Wie lautet die Formel für „{term}“?",
        which_formula="Welche Formel gehört zu „{term}“?",
        name_all="„{head}“: Nenne alle {count}.",
        cell="„{row}“: {column}?",
        summary="Von der Seite: {text}",
    ),
)
_ES = Language(
    code="es",
    function_words=word_set(
        """
        el la los las un una unos unas de del al a y e o u en con por para sin sobre entre hasta desde
        contra según que quien quienes cual cuales donde cuando como es son era eran fue fueron ser está
        están había habían hay ha han se su sus lo le les me te nos no ni sí más menos muy mucho mucha
        muchos muchas también ya pero sino porque si este esta estos estas ese esa esos esas esto eso
        aquel aquella todo toda todos todas cada otro otra otros otras ellos ellas él ella nosotros tras
        durante mediante así entonces luego aunque mientras dos tres nada algo alguna algunas alguno
        algunos varias varios
        """
    ),
    introducers=word_set(
        """
        el la los las un una unos unas de del al y e o en con por para sin sobre entre desde contra según
        su sus cada este esta estos estas varias varios
        """
    ),
    pointers=word_set(
        """
        este esta estos estas ese esa esos esas esto eso él ella ellos ellas así entonces luego también
        pero y o por-eso aquel aquella además allí aquí ambos ambas nosotros
        """
    ),
    dull=word_set(
        _MONTHS,
        _LABELS,
        """
        parte partes cosa cosas tipo tipos número números cantidad grupo grupos lugar lugares tiempo día
        días año años siglo persona personas gente resultado caso forma punto lado resto mitad ayuda uso
        idea razón problema manera modo conjunto medio fin larga largo mucha grande pequeño paso nuevo
        primera primero último hijos viven comen vive
        """,
    ),
    phrases=Phrases(
        what="¿Qué {verb} {term}?",
        who="¿Quién o qué {verb} {term}?",
        meaning="¿Qué significa «{term}»?",
        which_term="¿Qué término corresponde: «{text}»?",
        which_year="¿En qué año: «{text}»?",
        what_happened="¿Qué ocurrió en {text}?",
        formula="¿Cuál es la fórmula de «{term}»?",
        which_formula="¿Qué fórmula corresponde a «{term}»?",
        name_all="«{head}»: nombra los {count}.",
        cell="«{row}»: ¿{column}?",
        summary="De la página: {text}",
    ),
)


def _other(code: str, function_words: str) -> Language:
    """A language that is recognised so that it is not taken for another; it is asked about in English."""
    words = word_set(function_words)
    return Language(code, words, words, words, word_set(_MONTHS, _LABELS), Phrases())


_FR = _other(
    "fr",
    """
        le la les un une des du de et ou mais en dans sur sous par pour avec sans est sont était étaient
        qui que dont où il elle ils elles ce cette ces son sa ses leur leurs ne pas plus au aux se on nous
        vous être a ont été comme
        """,
)
_IT = _other(
    "it",
    """
        il lo la i gli le un uno una di del dello della dei degli delle e o ma in nel nella su per con da
        dal dalla è sono era erano che chi cui non più si suo sua suoi loro questo questa al alla ai come
        anche
        """,
)
_PT = _other(
    "pt",
    """
        o a os as um uma de do da dos das e ou mas em no na nos nas por para com sem é são era eram que
        quem não mais se seu sua seus suas ao à este esta isso como também foi foram
        """,
)
LANGUAGES = (_EN, _DE, _ES, _FR, _IT, _PT)
ENGLISH = _EN
UNKNOWN = Language("", frozenset(), frozenset(), frozenset(), word_set(_MONTHS, _LABELS), Phrases())
"""A page in no script or language that we know: only its layout (tables, "term: text") can be trusted."""
