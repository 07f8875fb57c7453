"""What cards and questions say in nine languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Templates of one language."""

    meaning: str
    """`{term}`: what is meant by it."""
    name_all: str
    """`{what}`, `{count}`: a list to name."""
    acronym: str
    """`{term}`: what it stands for."""
    formula: str
    """`{term}`: its formula."""
    which_term: str
    """`{text}`: the definition whose term is asked for."""
    ask: str = "{what}?"
    """`{what}`: something of something, as a question."""


PHRASES = {
    "en": Phrases(
        "What is meant by “{term}”?",
        "{what}: name the {count}.",
        "What does “{term}” stand for?",
        "What is the formula: {term}?",
        "Which term fits: “{text}”?",
    ),
    "de": Phrases(
        "Was versteht man unter „{term}“?",
        "{what}: Nenne die {count}.",
        "Wofür steht „{term}“?",
        "Wie lautet die Formel: {term}?",
        "Welcher Begriff passt: „{text}“?",
    ),
    "es": Phrases(
        "¿Qué se entiende por «{term}»?",
        "{what}: nombra los {count}.",
        "¿Qué significan las siglas «{term}»?",
        "¿Cuál es la fórmula: {term}?",
        "¿Qué término corresponde a: «{text}»?",
        "¿{what}?",
    ),
    "fr": Phrases(
        "Qu’entend-on par « {term} » ?",
        "{what} : cite les {count}.",
        "Que signifie le sigle « {term} » ?",
        "Quelle est la formule : {term} ?",
        "Quel terme correspond à : « {text} » ?",
        "{what} ?",
    ),
    "pt": Phrases(
        "O que se entende por «{term}»?",
        "{what}: indica os {count}.",
        "O que significa a sigla «{term}»?",
        "Qual é a fórmula: {term}?",
        "Que termo corresponde a: «{text}»?",
    ),
    "it": Phrases(
        "Che cosa si intende per «{term}»?",
        "{what}: elenca i {count}.",
        "Che cosa significa la sigla «{term}»?",
        "Qual è la formula: {term}?",
        "Quale termine corrisponde a: «{text}»?",
    ),
    "nl": Phrases(
        "Wat verstaat men onder ‘{term}’?",
        "{what}: noem de {count}.",
        "Waar staat ‘{term}’ voor?",
        "Wat is de formule: {term}?",
        "Welke term past bij: ‘{text}’?",
    ),
    "zh": Phrases(
        "什么是“{term}”？",
        "{what}：列出{count}项。",
        "“{term}”代表什么？",
        "{term}的公式是什么？",
        "哪个术语符合：“{text}”？",
        "{what}？",
    ),
    "ja": Phrases(
        "「{term}」とは何ですか。",
        "{what}：{count}つ挙げなさい。",
        "「{term}」は何の略ですか。",
        "{term}の公式は何ですか。",
        "次の説明に合う用語はどれですか：「{text}」",
        "{what}は何ですか。",
    ),
}
"""By language code."""
GAP = "_____"
"""A gap as cards show it."""
