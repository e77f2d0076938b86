"""The words that join the others of a sentence and say little of what it is about.

The lists are of closed classes, as grammars give them (postpositions are prepositions here, and
contractions of a preposition with an article are both), in the languages whose press the archive
knows best; a language without a list has no such words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.analysis import primary_language, words_of

# Articles, prepositions and conjunctions.
_JOINING = {
    "en": """
    a an the
    aboard about above across after against along amid amidst among amongst around as at
    before behind below beneath beside besides between beyond by concerning despite down
    during except for from in inside into like near of off on onto opposite out outside over
    past per regarding since through throughout till to toward towards under underneath until
    unto up upon versus via with within without
    and or but nor so yet although because if lest once than that though unless when whenever
    where whereas wherever whether while whilst""",
    "fr": """
    le la les l un une des du de d au aux
    à après avant avec chez contre dans depuis derrière dès devant durant en entre envers hors
    jusque jusqu malgré outre par parmi pendant pour sans sauf selon sous suivant sur vers
    et ou mais ni or car donc que qu quand lorsque lorsqu puisque puisqu quoique quoiqu si
    comme""",
    "ru": """
    без безо близ в во вместо вне внутри возле вокруг для до за из изо из-за из-под к ко
    кроме между меж мимо на над надо о об обо около от ото перед передо по под подо после
    посреди при про против ради с со сквозь среди у через чрез
    и а но да или либо ни зато однако что чтобы как когда если хотя пока потому поскольку
    будто словно едва чем ибо также тоже""",
    "de": """
    der die das den dem des ein eine einen einem einer eines
    ab abseits an anstatt auf aus außer außerhalb bei binnen bis diesseits durch entlang
    entgegen für gegen gegenüber gemäß hinter in infolge innerhalb jenseits mit mittels nach
    nahe neben ob oberhalb ohne samt seit statt trotz über um unter unterhalb unweit von vor
    während wegen wider zu zufolge zwischen
    am ans aufs beim durchs fürs im ins übers ums unters vom vorm zum zur
    und oder aber denn sondern doch als bevor bis da damit dass daß ehe falls indem nachdem
    obgleich obwohl seitdem sobald sofern solange sowie sowohl weder noch weil wenn wie""",
    "es": """
    el la los las lo un una unos unas al del
    a ante bajo con contra de desde durante en entre excepto hacia hasta mediante para por
    salvo según sin sobre tras
    y e o u ni pero mas sino que si aunque porque pues como cuando mientras""",
    "az": """
    bir
    ilə üçün kimi qədər görə sonra əvvəl qarşı doğru tərəf haqqında barədə dair aid üzrə başqa
    savayı özgə bəri ötrü rəğmən sarı
    və ya yaxud həm nə amma lakin ancaq fəqət isə ki çünki əgər həmçinin halbuki guya""",
    "tr": """
    bir
    ile için gibi kadar göre sonra önce karşı doğru hakkında dair ait başka beri dolayı ötürü
    rağmen üzere üzerine değin dek itibaren
    ve veya ya yahut veyahut hem ne da de ama fakat lakin ancak oysa ise ki çünkü eğer halbuki
    üstelik""",
    "hy": """
    մի
    մեջ վրա տակ մոտ համար մասին հետ մինչ մինչև առանց բացի դեպի ըստ առաջ հետո շուրջ միջև կողմից
    պես նման դեմ վերաբերյալ ընթացքում փոխարեն շնորհիվ պատճառով միջոցով հանդեպ ներքո
    և եւ ու կամ բայց իսկ սակայն որ որպեսզի եթե երբ քանի թե թեև ինչպես որովհետև քանզի նաև""",
}

# Pronouns, determiners, auxiliary verbs, question words and particles.
_POINTING = {
    "en": """
    i me my mine myself we us our ours ourselves you your yours yourself he him his himself
    she her hers herself it its itself they them their theirs themselves one
    this these those such some any each every either neither no all both
    who whom whose which what how why
    am is are was were be been being isn't aren't wasn't weren't
    have has had having haven't hasn't hadn't do does did doing don't doesn't didn't
    can cannot could will would shall should may might must
    not there here""",
    "fr": """
    je j me m moi tu te t toi il elle on nous vous ils elles se s soi lui leur eux en y ça c
    ce cet cette ces celui celle ceux celles mon ma mes ton ta tes son sa ses notre nos votre
    vos leurs qui quoi dont où quel quelle quels quelles lequel laquelle lesquels lesquelles
    comment pourquoi ne n pas
    suis es est sommes êtes sont étais était étions étiez étaient été être étant sera seront
    serait ai as a avons avez ont avais avait avaient eu avoir ayant aura auront aurait""",
    "ru": """
    я меня мне мной ты тебя тебе тобой он его ему им нём она её ей ею мы нас нам нами вы вас
    вам вами они их ими них себя себе собой мой моя моё мои твой твоя твоё твои свой своя своё
    свои наш наша наше наши ваш ваша ваше ваши этот эта это эти того этого той этой тот те тем
    тех этих весь вся всё все кто кого кому кем что чего чему чем какой какая какое какие
    который которая которое которые сколько где куда откуда почему зачем не ни
    был была было были будет будут быть есть бы ли же""",
    "de": """
    ich mich mir du dich dir er ihn ihm sie es wir uns euch ihr ihnen sich man
    mein meine dein deine sein seine ihre unser unsere dieser diese dieses diesem diesen jener
    jene jenes jeder jede jedes alle kein keine wer wen wem wessen was welcher welche welches
    warum weshalb wieso wo nicht
    bin bist ist sind seid war waren gewesen habe hast hat haben hatte hatten gehabt werde
    wirst wird werden wurde wurden worden kann können konnte muss müssen musste soll sollen
    sollte will wollen wollte darf dürfen""",
    "es": """
    yo me mí tú te ti él ella ello nosotros nosotras vosotros vosotras ellos ellas nos os se
    le les mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta esto estos estas
    ese esa eso esos esas aquel aquella aquello aquellos aquellas
    quién quien quiénes quienes qué cuál cuáles cual cuales cómo cuándo dónde donde cuánto no
    soy es somos son era eran fue fueron sido ser está están estaba estaban estado he has ha
    hemos han había habían habido haber""",
    "az": """
    mən məni mənə mənim sən səni sənə sənin o onu ona onun biz bizi bizə bizim siz sizi sizə
    sizin onlar onları onlara onların bu bunu buna bunun bunlar hər heç kim kimi nə nəyi hansı
    harada haraya necə niyə neçə
    idi imiş olan olub olur olar olacaq olmaq deyil var yox""",
    "tr": """
    ben beni bana benim sen seni sana senin o onu ona onun biz bizi bize bizim siz sizi size
    sizin onlar onları onlara onların bu bunu buna bunun bunlar şu her hiç kim kimi ne neyi
    hangi nerede nereye nasıl niçin neden kaç mı mi mu mü
    idi imiş olan oldu olur olacak olmak değil var yok""",
    "hy": """
    ես ինձ իմ դու քեզ քո նա նրան նրա մենք մեզ մեր դուք ձեզ ձեր նրանք նրանց այս այդ այն սա դա
    ով ում ինչ որը որի որտեղ ինչու ինչպիսի
    եմ ես է ենք եք են էի էիր էր էինք էիք էին չէ չեն""",
}

FEWEST_TELLING = 2
"""Different function words by which a query shows its language."""

JOINING_WORDS: frozenset[str] = frozenset(
    word for words in _JOINING.values() for word in words_of(words).surface
)
"""Articles, prepositions and conjunctions of every language, folded as in a text."""

_FUNCTION_WORDS = {
    language: frozenset(words_of(f"{words} {_POINTING[language]}").surface)
    for language, words in _JOINING.items()
}


def function_words_in(words: Iterable[str], languages: Sequence[str]) -> frozenset[str]:
    """Those of the folded `words` that are function words of their language.

    Nobody says which language a query is in, and `aid`, `die` and `car` are function words in
    one and mean something in another.  So it is the one of `languages` (BCP 47) of which it
    has the most such words, `FEWEST_TELLING` at least; if none stands out, there are none.
    """
    asked = frozenset(words)
    tried = {primary_language(each) for each in languages} & _FUNCTION_WORDS.keys()
    found = [asked & _FUNCTION_WORDS[each] for each in tried]
    most = max(found, key=len, default=frozenset())
    alone = sum(len(each) == len(most) for each in found) == 1
    return most if alone and len(most) >= FEWEST_TELLING else frozenset()
