"""Sixty good items on seven subjects and in six languages: the judge must let every one of them pass."""

from studylens.judging import Item, Page
from studylens.judging.item import CLOZE, DEFINITION
from tests.judging.items import card, choice

Pages = dict[str, tuple[tuple[str, ...], tuple[Item, ...]]]
PAGES: Pages = {
    "biology": (
        (
            "Osmosis is the movement of water through a partially permeable membrane.",
            "Mitochondria release energy in aerobic respiration.",
            "The three types of muscle are skeletal, cardiac and smooth muscle.",
            "Deoxyribonucleic acid (DNA) carries the genetic information.",
            "Red blood cells contain haemoglobin, which binds oxygen.",
            "Plants lose water through pores that are called stomata.",
            "The heart of an adult beats about 70 times a minute.",
            "Insulin lowers the sugar in the blood; glucagon raises it.",
        ),
        (
            card(
                "What is meant by “osmosis”?",
                "the movement of water through a partially permeable membrane",
                DEFINITION,
                1,
            ),
            card("What do mitochondria release in aerobic respiration?", "energy", line=2),
            card("Types of muscle: name the 3.", "skeletal; cardiac; smooth", line=3),
            card("What does “DNA” stand for?", "Deoxyribonucleic acid", DEFINITION, 4),
            card("Which substance in red blood cells binds oxygen?", "haemoglobin", line=5),
            card("Plants lose water through pores that are called _____.", "stomata", CLOZE, 6),
            card("The heart of an adult beats about _____ times a minute.", "70", CLOZE, 7),
            card("What does insulin do to the sugar in the blood?", "It lowers it", line=8),
            choice(
                "Which hormone raises the sugar in the blood?",
                "Glucagon",
                "Insulin",
                "Adrenaline",
                "Thyroxine",
                line=8,
            ),
            choice("Through which pores do plants lose water?", "Stomata", "Lenticels", "Roots", line=6),
        ),
    ),
    "history": (
        (
            "In 1789 the French Revolution began with the storming of the Bastille.",
            "Napoleon Bonaparte crowned himself emperor in 1804.",
            "The Congress of Vienna redrew the map of Europe in 1815.",
            "The Treaty of Versailles was signed on 28 June 1919.",
            "Gandhi led the Salt March against the British salt tax.",
            "The printing press was invented by Johannes Gutenberg.",
            "The Weimar Republic failed because the parties could not work together.",
            "Feudalism: a system in which land was given for service",
        ),
        (
            card("In _____ the French Revolution began with the storming of the Bastille.", "1789", CLOZE, 1),
            card("When did Napoleon crown himself emperor?", "In 1804", line=2),
            card("What did the Congress of Vienna do?", "It redrew the map of Europe", line=3),
            card("The Treaty of Versailles was signed on 28 June _____.", "1919", CLOZE, 4),
            card("Against what did Gandhi lead the Salt March?", "the British salt tax", line=5),
            card("The printing press was invented by _____.", "Johannes Gutenberg", CLOZE, 6),
            card("Why did the Weimar Republic fail?", "because the parties could not work together", line=7),
            card("Feudalism", "a system in which land was given for service", DEFINITION, 8),
            choice("When was the Treaty of Versailles signed?", "1919", "1815", "1804", "1789", line=4),
            choice(
                "Who invented the printing press?",
                "Johannes Gutenberg",
                "Isaac Newton",
                "Galileo Galilei",
                line=6,
            ),
        ),
    ),
    "physics": (
        (
            "Newton's second law: F = m · a",
            "A force is measured in newtons.",
            "Light travels at about 300,000 km/s in a vacuum.",
            "The gradient of a distance-time graph is the speed.",
            "Kinetic energy is the energy of a moving body.",
            "Water boils at 100 °C at sea level.",
            "A transformer changes the voltage of an alternating current.",
            "Sound cannot travel through a vacuum because it needs particles.",
        ),
        (
            card("What is the formula: Newton's second law?", "F = m · a", line=1),
            card("In which unit is a force measured?", "newtons", line=2),
            card("How fast does light travel in a vacuum?", "about 300,000 km/s", line=3),
            card("What is the gradient of a distance-time graph?", "the speed", line=4),
            card("What is meant by “kinetic energy”?", "the energy of a moving body", DEFINITION, 5),
            card("Water boils at _____ °C at sea level.", "100", CLOZE, 6),
            card("What does a transformer change?", "the voltage of an alternating current", line=7),
            card("Why can sound not travel through a vacuum?", "because it needs particles", line=8),
            choice("What is the unit of force?", "newton", "joule", "watt", "pascal", line=2),
            choice("Which formula is Newton's second law?", "F = m · a", "E = m · c²", "U = R · I", line=1),
            choice("At which temperature does water boil at sea level?", "100 °C", "90 °C", "0 °C", line=6),
        ),
    ),
    "deutsch": (
        (
            "Unter Erosion versteht man die Abtragung von Gestein durch Wasser oder Wind.",
            "Die Zelle besteht aus Zellkern, Zytoplasma und Zellmembran.",
            "Im Jahr 1871 wurde das Deutsche Reich in Versailles gegründet.",
            "Das Bruttoinlandsprodukt (BIP) misst die Leistung einer Volkswirtschaft.",
            "Der Rhein fließt in die Nordsee.",
            "Ein Verb ist ein Wort, das eine Tätigkeit ausdrückt.",
        ),
        (
            card(
                "Was versteht man unter „Erosion“?",
                "die Abtragung von Gestein durch Wasser oder Wind",
                DEFINITION,
                1,
            ),
            card("Woraus besteht die Zelle? Nenne die 3 Teile.", "Zellkern; Zytoplasma; Zellmembran", line=2),
            card("In welchem Jahr wurde das Deutsche Reich gegründet?", "1871", line=3),
            card("Wofür steht „BIP“?", "Bruttoinlandsprodukt", DEFINITION, 4),
            card("In welches Meer fließt der Rhein?", "in die Nordsee", line=5),
            card("Was ist ein Verb?", "ein Wort, das eine Tätigkeit ausdrückt", DEFINITION, 6),
            choice("In welches Meer fließt der Rhein?", "Nordsee", "Ostsee", "Mittelmeer", line=5),
            choice(
                "Welcher Begriff passt: „die Abtragung von Gestein“?",
                "Erosion",
                "Sedimentation",
                "Vulkanismus",
                line=1,
            ),
        ),
    ),
    "español": (
        (
            "La fotosíntesis es el proceso por el que las plantas producen azúcar con la luz.",
            "Los pulmones toman el oxígeno del aire.",
            "En 1492 Cristóbal Colón llegó a América.",
            "El agua está formada por hidrógeno y oxígeno.",
            "La capital de Perú es Lima.",
        ),
        (
            card(
                "¿Qué es la fotosíntesis?",
                "el proceso por el que las plantas producen azúcar con la luz",
                DEFINITION,
                1,
            ),
            card("¿Qué toman los pulmones del aire?", "el oxígeno", line=2),
            card("En _____ Cristóbal Colón llegó a América.", "1492", CLOZE, 3),
            card("¿Cuál es la capital de Perú?", "Lima", line=5),
            choice("¿Cuál es la capital de Perú?", "Lima", "Quito", "Bogotá", "Caracas", line=5),
            choice(
                "¿De qué elementos está formada el agua?",
                "Hidrógeno y oxígeno",
                "Carbono y azufre",
                "Helio y neón",
                line=4,
            ),
        ),
    ),
    "français": (
        (
            "On appelle volcan une ouverture par laquelle le magma remonte à la surface.",
            "La prise de la Bastille a eu lieu en 1789.",
            "Le cœur pompe le sang vers les organes.",
            "Victor Hugo a écrit Les Misérables.",
        ),
        (
            card(
                "Qu’entend-on par « volcan » ?",
                "une ouverture par laquelle le magma remonte à la surface",
                DEFINITION,
                1,
            ),
            card("En quelle année a eu lieu la prise de la Bastille ?", "en 1789", line=2),
            card("Que pompe le cœur vers les organes ?", "le sang", line=3),
            card("Qui a écrit Les Misérables ?", "Victor Hugo", line=4),
            choice("Qui a écrit Les Misérables ?", "Victor Hugo", "Émile Zola", "Gustave Flaubert", line=4),
        ),
    ),
    "geography": (
        (
            "The Nile is the longest river of Africa.",
            "A delta forms where a river meets the sea.",
            "Canberra is the capital of Australia.",
            "GDP stands for gross domestic product.",
            "The Sahara lies in the north of Africa.",
        ),
        (
            card("Which is the longest river of Africa?", "the Nile", line=1),
            card("Where does a delta form?", "where a river meets the sea", line=2),
            card("What is the capital of Australia?", "Canberra", line=3),
            card("What does “GDP” stand for?", "gross domestic product", DEFINITION, 4),
            card("In which part of Africa does the Sahara lie?", "in the north", line=5),
            choice("What is the capital of Australia?", "Canberra", "Sydney", "Melbourne", "Perth", line=3),
            choice("Which is the longest river of Africa?", "Nile", "Congo", "Niger", "Zambezi", line=1),
        ),
    ),
    "中文": (
        (
            "光合作用是指植物利用光能制造有机物的过程。",
            "细胞膜控制物质进出细胞。",
            "能引发免疫反应的物质称为抗原。",
        ),
        (
            card("什么是“光合作用”？", "植物利用光能制造有机物的过程", DEFINITION, 1),
            card("什么控制物质进出细胞？", "细胞膜", line=2),
            card("能引发免疫反应的物质称为_____。", "抗原", CLOZE, 3),
        ),
    ),
}


def page_of(name: str) -> Page:
    """Return the page of a subject."""
    lines = PAGES[name][0]
    return Page(lines, tuple(range(1, len(lines) + 1)))
