"""Words that make no passage by themselves: names, articles, prepositions and conjunctions.

The names are those of the archive's authorities.  The lists are of closed classes, as
grammars give them (postpositions are prepositions here, and contractions of a preposition
with an article are both), in the languages whose press the archive knows best; a language
without a list has no such words.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.authority import Authority
from indexer.analysis import name_words, words_of

_CLOSED_CLASSES = (
    # English
    """a an the
    aboard about above across after against along amid amidst among amongst around as at
    before behind below beneath beside besides between beyond by concerning despite down
    during except for from in inside into like near of off on onto opposite out outside over
    past per regarding since through throughout till to toward towards under underneath until
    unto up upon versus via with within without
    and or but nor so yet although because if lest once than that though unless when whenever
    where whereas wherever whether while whilst""",
    # French
    """le la les l un une des du de d au aux
    à après avant avec chez contre dans depuis derrière dès devant durant en entre envers hors
    jusque jusqu malgré outre par parmi pendant pour sans sauf selon sous suivant sur vers
    et ou mais ni or car donc que qu quand lorsque lorsqu puisque puisqu quoique quoiqu si
    comme""",
    # Russian
    """без безо близ в во вместо вне внутри возле вокруг для до за из изо из-за из-под к ко
    кроме между меж мимо на над надо о об обо около от ото перед передо по под подо после
    посреди при про против ради с со сквозь среди у через чрез
    и а но да или либо ни зато однако что чтобы как когда если хотя пока потому поскольку
    будто словно едва чем ибо также тоже""",
    # German
    """der die das den dem des ein eine einen einem einer eines
    ab abseits an anstatt auf aus außer außerhalb bei binnen bis diesseits durch entlang
    entgegen für gegen gegenüber gemäß hinter in infolge innerhalb jenseits mit mittels nach
    nahe neben ob oberhalb ohne samt seit statt trotz über um unter unterhalb unweit von vor
    während wegen wider zu zufolge zwischen
    am ans aufs beim durchs fürs im ins übers ums unters vom vorm zum zur
    und oder aber denn sondern doch als bevor bis da damit dass daß ehe falls indem nachdem
    obgleich obwohl seitdem sobald sofern solange sowie sowohl weder noch weil wenn wie""",
    # Spanish
    """el la los las lo un una unos unas al del
    a ante bajo con contra de desde durante en entre excepto hacia hasta mediante para por
    salvo según sin sobre tras
    y e o u ni pero mas sino que si aunque porque pues como cuando mientras""",
    # Azerbaijani
    """bir
    ilə üçün kimi qədər görə sonra əvvəl qarşı doğru tərəf haqqında barədə dair aid üzrə başqa
    savayı özgə bəri ötrü rəğmən sarı
    və ya yaxud həm nə amma lakin ancaq fəqət isə ki çünki əgər həmçinin halbuki guya""",
    # Turkish
    """bir
    ile için gibi kadar göre sonra önce karşı doğru hakkında dair ait başka beri dolayı ötürü
    rağmen üzere üzerine değin dek itibaren
    ve veya ya yahut veyahut hem ne da de ama fakat lakin ancak oysa ise ki çünkü eğer halbuki
    üstelik""",
    # Armenian
    """մի
    մեջ վրա տակ մոտ համար մասին հետ մինչ մինչև առանց բացի դեպի ըստ առաջ հետո շուրջ միջև կողմից
    պես նման դեմ վերաբերյալ ընթացքում փոխարեն շնորհիվ պատճառով միջոցով հանդեպ ներքո
    և եւ ու կամ բայց իսկ սակայն որ որպեսզի եթե երբ քանի թե թեև ինչպես որովհետև քանզի նաև""",
)

FUNCTION_WORDS: frozenset[str] = frozenset(
    word for words in _CLOSED_CLASSES for word in words_of(words).surface
)
"""Articles, prepositions and conjunctions, folded as in a text."""


def commonplace_words(authorities: Iterable[Authority]) -> frozenset[str]:
    """The function words, and every word of a heading, variant or equivalent."""
    names = {
        name
        for authority in authorities
        for name in (authority.heading, *authority.variants, *authority.equivalents)
    }
    # A name is split at its full stops when it is sought, but not where it stands in a text.
    words = {word for name in names for word in (*name_words(name), *words_of(name).surface)}
    return FUNCTION_WORDS | words
