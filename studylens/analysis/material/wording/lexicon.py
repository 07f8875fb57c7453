"""Words that decide whether something is worth a card: dull labels, judgements, kinds of things, tasks."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DULL = _set(
    "example examples note notes figure fig table page exercise task question questions answer answers "
    "reason reasons "
    "result results problem problems point idea aim goal thing things way ways part parts case cases fact "
    "difference "
    "differences advantage disadvantage name number type types kind kinds rest purpose first second third "
    "last most other "
    "following author authors chapter section summary introduction overview contents conclusion objective "
    "objectives step "
    "steps others one people year years time world life day study research word words pros cons contra "
    "pro tip tips todo "
    "warning hint source sources instructors answer video videos website site book books link links "
    "youtube lumni level paso schritt passo stap fase leçon lektion lezione texte text texto testo tekst "
    "gegeven gevraagd gegeben "
    "gesucht given donné donnés données dato dados manipuler vroeger early late term doc docs def déf "
    "concept hypothesis model infos info ex "
    "january february march april may june july august september october november december week month day "
    "monday "
    "januar februar märz mai juni juli oktober dezember woche monat tag hypothese modell konzept "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre semana mes "
    "concepto "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre semaine mois agir "
    "concept "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro conceito "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre mese concetto "
    "januari februari maart mei augustus maand model "
    "homework reading readings materials apparatus equipment method duration unit lesson teacher student "
    "students scenario szenario scénario cenário "
    "beispiel beispiele grund ergebnis ziel unterschied vorteil nachteil vorteile nachteile aufgabe teil "
    "teile fall form "
    "punkt frage antwort kapitel abschnitt folge folgen art definition allgemein bemerkung satz beweis "
    "merke hinweis übung "
    "lösung eigenschaft eigenschaften bedeutung kompromiss vorgehen ansatz idee überblick quelle quellen "
    "datum jahr zeit "
    "menschen leute "
    "ejemplo ejemplos resultado razón objetivo objetivos diferencia ventaja ventajas desventajas primero "
    "segundo último "
    "parte forma caso pregunta respuesta tarea ejercicio nota capítulo tema consigna problema nombre tipo "
    "número mundo año "
    "persona personas respuestas solución fuente fuentes duración herramientas tareas laboratorio lección "
    "pista escenario "
    "exemple exemples consigne consignes activité exercice document documents définition définitions "
    "remarque compétences "
    "critères réponse but objectif partie cas résultat raison problème chapitre suite preuve théorème "
    "proposition "
    "démonstration bilan correction conclusions matériel attention vidéo vidéos recherche élèves élève "
    "enseignant durée "
    "séance étape étapes date livre livres sitographie "
    "exemplo exemplos razão diferença vantagem vantagens desvantagens exercício enunciado resolução dica "
    "dicas resumo "
    "resumen pergunta resposta professor aluno alunos aplicação importância "
    "esempio esempi risultato ragione obiettivo differenza vantaggio vantaggi svantaggi domanda risposta "
    "esercizio capitolo "
    "osservazione definizione teorema dimostrazione attenzione compito compiti "
    "voorbeeld voorbeelden resultaat reden doel verschil voordeel voordelen nadeel nadelen deel geval "
    "vraag antwoord oefening "
    "opmerking hoofdstuk probleem naam soort gevolg gevolgen oorzaak oorzaken definitie conclusie titel"
)
"""Labels and terms that nobody learns the meaning of."""

DULL_ALONE = _set(
    "world life time times year years day days people study research level term type types part parts "
    "form forms name "
    "number point case date word words book group unit way model concept month week zeit jahr welt leben "
    "teil form punkt "
    "fall tag mundo tiempo año vida parte forma temps monde jour vie partie tempo mondo vita wereld tijd "
    "leven dag"
)
"""Of them, those that are dull alone and fine within a longer term: "life expectancy"."""
GENERIC_LABELS = _set(
    "form forme forma vorm graph graphique gráfico grafico grafiek shape "
    "statement converse configuration direction sense style plot protagonist protagonists énoncé "
    "réciproque sens "
    "protagonista protagonisti protagonistas stile estilo trama argumento personaggi personajes "
    "personnages handlung stil "
    "function functions role location origin cause causes symptoms treatment structure composition "
    "formula unit symbol use "
    "uses author date capital population discovery properties property construction characteristics "
    "habitat diet theme themes "
    "funktion aufgabe ort ursache ursachen symptome aufbau therapie ursprung kernproblem merkmal merkmale "
    "thema themen "
    "función funciones causa causas síntomas estructura composición tratamiento origen ubicación "
    "propiedades temas "
    "fonction rôle symptômes composition traitement origine propriété propriétés caractéristiques lieu "
    "thème thèmes "
    "função funções causas sintomas estrutura composição tratamento origem propriedades temas localização "
    "funzione ruolo sintomi struttura composizione trattamento origine proprietà caratteristiche temi luogo "
    "functie rol symptomen bouw samenstelling behandeling oorsprong eigenschap kenmerken plaats thema"
)
"""Labels that only say something below the heading of the thing they are about."""

EMPTY_HEADS = re.compile(
    r"(?i)^(?:kenmerken|eigenschaften|merkmale|properties|characteristics|features|vorteile|nachteile"
    r"|advantages|disadvantages"
    r"|caracter[ií]sticas|caractéristiques|caratteristiche|ventajas|desventajas|vantagens|desvantagens"
    r"|avantages|inconvénients"
    r"|vantaggi|svantaggi|voordelen|nadelen|pros|cons|contras?|beispiele?|examples?|ejemplos?|exemplos?"
    r"|exemples?|esempi"
    r"|voorbeelden|advies|advice|(?:table of )?contents|inhalt\w*|índice|sommaire|sumário|indice|inhoud\w*"
    r"|fiche.*"
    r"|visites?.*|infos?|allgemein\w*|general|générali\w*|généralités|glossar\w*"
    r"|vocabular\w*|wortschatz|glosario|vocabulario|glossaire|vocabulaire|lexique|glossário|begrippen\w*"
    r"|definitions?|definitionen|definiciones|définitions?|definições|definizioni|definities|(?:key "
    r")?terms|begriffe|términos|termes|parámetros|parameters?|summary|overview|introduction|einleitung"
    r"|introducción|introdução|introduzione|inleiding|vidéos?|resources"
    r"|ressources|recursos|notes?|tips?|consejos|conseils|dicas|consigli|points? forts|limites?|sources?)\b"
)
"""Headings whose lines are praise, examples or links."""

JUDGING = _set(
    "good great bad important major key common difficult easy simple big large small huge new old popular "
    "famous interesting "
    "useful crucial essential significant serious better best worse similar different certain particular "
    "lot few little bit "
    "matter question problem part example result reason consequence way success failure must long short "
    "second third further "
    "more less moins weniger menos meno minder "
    "non not fairly very quite rather complex broad vast strong first two three four main "
    "primary various several recent "
    "récent reciente recente recenter erste ersten zwei drei wichtigsten "
    "guter gute gutes wichtiger wichtige wichtiges großer große großes guten grund beispiel teil ergebnis "
    "folge problem "
    "buen buena gran grande importante parte ejemplo resultado problema razón poco consecuencia "
    "expensive cheap teuer cher caro costoso duur "
    "bon bonne grand importante partie exemple résultat problème raison peu "
    "bom boa exemplo razão pouco buon buona esempio risultato ragione "
    "goed goede groot grote belangrijk belangrijke deel voorbeeld gevolg probleem reden beetje"
)
"""First words of what only looks like a definition."""

NO_KINDS = _set(
    "problem issue topic factor risk question matter concern challenge advantage disadvantage word woord "
    "wort palabra mot parola palavra something etwas algo qualcosa iets chose problema cuestión tema factor "
    "riesgo problème facteur risque frage thema faktor fator risco fattore rischio probleem ventaja vantagem"
)
"""Kinds of things that a definition never names."""

KINDS = _set(
    "process study ability set science branch measure act practice belief state condition part region "
    "amount rate field "
    "method use tendency maintenance collection group form type kind sum product point line area space "
    "layer unit force "
    "energy movement theory idea degree number property capacity system body person place distance time "
    "period law "
    "principle smallest largest ratio value change difference spread transfer conversion loss gas liquid "
    "organ cell way concept practice portion percentage fraction membrane tissue "
    "muscle bone disease substance molecule atom protein hormone enzyme set total tube structure branch "
    "body sum policy "
    "distribution arrangement sequence series network mixture likelihood probability relationship removal "
    "formation production reaction breakdown distribución relación reacción formación probabilidad sentido "
    "sens distribution relation réaction verteilung beziehung reaktion wahrscheinlichkeit fläche "
    "distribuzione relazione reazione probabilità distribuição relação reação probabilidade "
    "agreement treaty war battle doctrine religion ruler king title document phenomenon feeling "
    "órgano concepto organismo enfermedad sustancia organe concept maladie substance doença conceito "
    "organo concetto malattia sostanza orgaan begrip ziekte stof begriff krankheit stoff "
    "proceso estudio conjunto capacidad ciencia rama medida acto estado región cantidad campo método suma "
    "producto punto "
    "línea área capa unidad fuerza energía ley principio sistema distancia tiempo movimiento "
    "ensemble processus étude capacité branche mesure acte état région quantité méthode somme produit "
    "ligne couche unité "
    "énergie loi principe système distance temps action fait période passage "
    "processo estudo capacidade ramo medida quantidade linha camada unidade força lei "
    "insieme studio capacità scienza ramo misura quantità somma prodotto linea strato unità forza legge "
    "rapporto grandezza "
    "verzameling proces studie wetenschap deel maat toestand hoeveelheid methode vorm product punt lijn "
    "laag eenheid kracht "
    "energie wet systeem leer huid ruimte tijd "
    "prozess lehre menge wissenschaft fähigkeit maß zustand methode summe produkt linie schicht einheit "
    "kraft gesetz "
    "verfahren eigenschaft abstand wert anzahl übergang umwandlung"
)
"""Kinds of things: after "the" they begin a definition."""

LIST_KINDS = re.compile(
    r"(?i)\b(?:types?|kinds?|forms?|stages?|phases?|causes?|effects?|properties|functions?|components?"
    r"|layers?|parts?|classes"
    r"|categories|principles|arten|typen|formen|phasen|ursachen|folgen|eigenschaften|schichten"
    r"|bestandteile|merkmale"
    r"|funktionen|ebenen|tipos|formas|fases|causas|propiedades|propriedades|funciones|funções|componentes"
    r"|capas|camadas"
    r"|etapas|formes|étapes|propriétés|fonctions|couches|tipi|cause|proprietà|funzioni|livelli|strati"
    r"|soorten|fasen"
    r"|oorzaken|gevolgen|eigenschappen|lagen|kenmerken|functies|factoren)\b"
)
"""Headings that name what their list lists."""

COUNTS = {
    word: number
    for number, words in {
        2: "two zwei dos deux due dois duas twee",
        3: "three drei tres trois tre três drie",
        4: "four vier cuatro quatre quattro quatro",
        5: "five fünf cinco cinq cinque vijf",
        6: "six sechs seis sei zes",
        7: "seven sieben siete sept sette sete zeven",
        8: "eight acht ocho huit otto oito",
    }.items()
    for word in words.split()
}
"""Numbers written as words."""


ATTRIBUTES = re.compile(
    r"(?i)\b(?:meaning|definition|description|function|functions|role|value|unit|symbol|formula|capital"
    r"|year|date|use|purpose|effect"
    r"|cause|feature|features|characteristics?|translation|inventor|discover\w+|location|population"
    r"|composition|charge"
    r"|bedeutung|definition|beschreibung|funktion|aufgabe|wert|einheit|formel|hauptstadt|jahr|wirkung"
    r"|merkmale?|lage"
    r"|significado|definición|descripción|función|valor|unidad|fórmula|año|fecha|uso|características?"
    r"|ubicación"
    r"|signification|définition|description|fonction|rôle|valeur|unité|formule|capitale|année|notation"
    r"|caractéristiques?"
    r"|definição|descrição|função|unidade|ano|data|capital|significato|definizione|descrizione|funzione"
    r"|ruolo|valore|unità"
    r"|anno|capitale|caratteristiche|betekenis|definitie|beschrijving|functie|rol|waarde|eenheid|formule"
    r"|hoofdstad|jaar)\b"
    r"|定义|含义|功能|作用|公式|单位|意味|定義|機能|単位"
)
"""Headers of a column that says something about the first one."""

PARALLEL = re.compile(
    r"(?i)^\W*(?:for|against|pros?|cons?|advantages?|disadvantages?|before|after|old|new|vorteile?"
    r"|nachteile?|vorher|nachher|ventajas?"
    r"|desventajas?|antes|después|avantages?|inconvénients?|avant|après|vantagens?|desvantagens?|depois"
    r"|vantaggi|svantaggi|prima"
    r"|dopo|voordelen|nadelen|voor|na|column [ab]|spalte [ab]|columna [ab]|examples?|beispiele?|ejemplos?"
    r"|exemples?|exemplos?|esempi"
    r"|voorbeelden|voorbeeld\W.*|analyses?|score|mot-clé|activité.*|actif|passif|active|passive|modules?"
    r"|séances?|durée|duration|dauer|niveau|level|week|woche|semaine|semana|links?|liens?|source|page"
    r"|seite|página|nr|no|#|punkte|points|marks|question|frage|pregunta|answer|✓|check)\W*$"
)
"""Headers of columns that stand side by side and say nothing about each other, or of no fact at all."""
