"""A question as groups of meanings, and the formulas that are looked for."""

from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.search.query import MOST_WORDS, PAIRS, SINGLES, Group, Meaning, formulas, groups_of
from consultant.reference.search.ranking import Ranking
from consultant.reference.search.synonyms import OwnText, Synonyms
from consultant.reference.search.vocabulary import Vocabulary
from consultant.reference.search.words import stem

COUNTS = {
    "acute": 900, "myocardial": 60, "infarction": 90, "heart": 200, "attack": 30, "foot": 400, "ulcer": 300,
    "left": 9_000, "unspecified": 9_000,
}  # fmt: skip
KNOWN = Vocabulary(((word, stem(word), count) for word, count in COUNTS.items()), texts=20_000)
SCOPE = OwnText("knee scope", frozenset({"kne", "scop"}), ("29870",))
SAID = Synonyms(
    meanings={("heart", "attack"): ((stem("myocardial"), stem("infarction")),), ("mi",): ((stem("infarction"),),)},
    own={"kne": (SCOPE,), "scop": (SCOPE,)},
    words=frozenset({"heart", "attack", "mi", "knee", "scope"}),
    longest=2,
)


def groups(text: str) -> tuple[Group, ...]:
    return groups_of(text, KNOWN, SAID)


def stems(group: Group) -> list[tuple[str, ...]]:
    return [meaning.stems for meaning in group.meanings]


def test_words_that_mean_something_together_are_one_group() -> None:
    (attack, foot) = groups("Heart attack, foot")
    assert stems(attack) == [("heart", "attack"), ("myocard", "infarct")]
    assert stems(foot) == [("foot",)]


def test_an_abbreviation_means_what_it_stands_for() -> None:
    assert stems(groups("MI")[0]) == [("infarct",)]


def test_a_misspelt_phrase_is_corrected_first() -> None:
    assert stems(groups("haert atack")[0]) == [("heart", "attack"), ("myocard", "infarct")]


def test_what_nobody_knows_is_left_out() -> None:
    assert groups("qqqqqq ulcer") == groups("ulcer")
    assert groups("zz qqqqqq") == groups("") == ()


def test_texts_with_every_word_come_first_then_those_with_the_telling_ones() -> None:
    (together,), telling = formulas(groups("left foot ulcer unspecified attack"))
    looked_for = {frozenset(each for group in some for (each,) in stems(group)) for some in telling}
    assert stems(together[0]) == [("attack",)], "the rarest stands first"
    assert len(together) == 5
    assert frozenset({"attack"}) in looked_for, "rare enough to be looked for alone"
    assert frozenset({"foot", "ulcer"}) in looked_for
    assert frozenset({"left", "unspecifi"}) not in looked_for, "more than is worth looking at"
    assert sum(min(group.texts for group in some) for some in telling) <= SINGLES + PAIRS


def test_a_text_fits_the_better_the_more_it_says_and_the_less_it_says_besides() -> None:
    score = Ranking(groups("heart attack"), KNOWN).score
    exact, longer, boilerplate, synonym, part, nothing = (
        score(frozenset(each.split()))
        for each in ("heart attack", "heart attack foot", "heart attack unspecifi", "myocard infarct", "heart", "foot")
    )
    assert 1.0 >= exact > synonym > part > nothing == 0
    assert exact > boilerplate > longer, "what nearly every text has tells next to nothing"


def test_no_text_fits_better_than_the_part_of_the_question_that_it_has() -> None:
    ranking = Ranking(groups("left heart attack, foot ulcer"), KNOWN)
    for each in ("foot", "left foot ulcer", "myocard infarct unspecifi", "heart attack left foot ulcer"):
        stems_there = frozenset(each.split())
        assert 0 < ranking.score(stems_there) <= ranking.part_of_question(stems_there)[0] <= 1


@given(
    st.text() | st.lists(st.sampled_from([*COUNTS, "mi", "knee", "qq", '"', "AND", "*", "'", "|", "\\"])).map(" ".join)
)
def test_any_text_is_a_question(text: str) -> None:
    found = groups(text)
    assert len(found) <= MOST_WORDS
    for group in found:
        assert group.weight > 0
        assert all(isinstance(meaning, Meaning) and meaning.stems for meaning in group.meanings)
    for formula in formulas(found):
        assert all(formula)
    assert 0 <= Ranking(found, KNOWN).score(frozenset({"heart", "foot"})) <= 1
