"""What tells a student to do something instead of what is so: heads of exercises, words of command."""

import re

EXERCISE_HEADS = re.compile(
    r"(?i)^\W*(?:\w{1,4}\.\s)?(?:exercises?|exercices?|ejercicios?|eserciz\w+|exerc[ií]cios?|aufgaben?"
    r"|übung\w*|oefening\w*|tasks?|questions?"
    r"|consignes?|activit\w+|homework|practice|(?:chapter |section )?review|section quiz|quiz\w*|critical "
    r"thinking|preguntas?"
    r"|perguntas|domande|fragen|vragen|entraînement|boletín|references?"
    r"|bibliograph\w*|literatur\w*|références|bibliografía|bibliografia"
    r"|sources?|further (?:reading|research)|external links|see also|weblinks|worked example|free response"
    r"|multiple choice|short answer"
    r"|art connections?|learning (?:objectives|outcomes)|objectifs?|compétences|lernziele|objetivos"
    r"|obiettivi|leerdoelen|agradecimientos"
    r"|acknowledg\w*|apparatus|materials|equipment|method|procedure|matériel|protocole|materiales"
    r"|procedimiento|material und|durchführung"
    r"|materiali|procedimento|benodigdheden|werkwijze|ressources|resources|vidéos?|corrig\w+|answers?"
    r"|solutions?|lösungen)\b"
)
"""Headings whose section holds tasks, sources or links, not facts."""

IMPERATIVES = frozenset(
    """
    represent employ implement ensure
    add apply answer calculate check choose click close complete compute copy create cut describe
    determine discuss download draw enter explain fill find follow give go identify install label
    leave list locate look make mark match measure mix name note observe open perform place plot pour
    prepare press put read record remember remove repeat return run save see select set show sketch
    solve state take test transfer try turn underline use wait wash watch weigh write berechne
    bestimme beschreibe beschrifte beantworte ergänze erkläre erläutere finde gib kreuze lies löse
    markiere miss nenne notiere ordne öffne schreibe setze vergleiche verbinde zeichne zeige begründe
    diskutiere calcula completa contesta dibuja escribe explica indica lee marca observa ordena
    relaciona responde señala subraya une usa utiliza busca elige abre copia pulsa calculer calcule
    complète complétez compléter cochez cite coche colorie comparez copie décris découvrir découpe
    donne donner dessine écris entoure explique expliquer indique lis mesure observer placer recopie
    relie réponds répondez souligne trouve trouver utiliser classe comprendre connaître maîtriser
    savoir identifier situer analyser distinguer comparer établir étudier replacer approfondir décrire
    définir descreva desenhe escreva leia marque relacione responda resolva analise identifique
    considere aplique verifique calcola descrivi disegna leggi osserva rispondi scrivi segna
    sottolinea spiega trova risolvi learn build start think practise practice lerne mach übe denke
    achte versuche aprende crea empieza haz mira recuerda apprends crée commence essaie regarde fais
    pense révise joue impara prova guarda fai aprenda crie tente faça veja leer probeer kijk ga bepaal
    bereken beschrijf geef kies leg lees maak noem noteer omcirkel schrijf teken vul zoek gebruik zet
    doe
    """.split()  # noqa: SIM905 - as a list it would be three pages long.
)
"""First words of tasks and of steps."""
