"""Codes that are typed in small letters: "jfk", "ua". Only those that are no word of English or of another language: "as", "us", "or",
"in", "la" and "den" are words first, and are codes only when they are typed as such."""

from collections.abc import Sequence

from analytics_agent.semantic.reader.english import is_common
from analytics_agent.semantic.reader.operators import UNITS
from analytics_agent.semantic.reader.words import MOVING, SILENT, SKIPPED, Token, closed

_WORDS = closed(
    """ab ad ae ag ah ai al am an as at aw ax ay ba be bi bo by de do ed ef eh el em en er es et ex fa fe go gr ha he hi hm ho id if
    in is it jo ka ki la le li lo ma me mi mm mr ms mu my na ne no nu od oe of oh oi ok om on op or os ou ow ox oy pa pe pi pm po
    qi re sh si so st ta te ti to uh um un up us ut we wo xi xu ya ye yo za eg ie vs nr pp pt th hr mo yr wk dy av ca
    ace act add ado age ago aha aid ail aim air ale all amp and ant any ape app apt arc are ark arm art ash ask asp ass ate awe
    axe aye bad bag ban bar bat bay bed bee beg bet bib bid big bin bit bob bog boo bow box boy bra bud bug bum bun bus but buy
    bye cab cam can cap car cat cob cod cog con cop cot cow coy cry cub cue cup cut dad dam day den dew did die dig dim din dip
    doe dog don dot dry dub dud due dug dye ear eat ebb eel egg ego elf elk elm end eon era eve eye fab fad fan far fat fax fed
    fee few fib fig fin fir fit fix flu fly foe fog for fox fry fun fur gag gap gas gay gel gem get gig gin god got gum gun gut
    guy gym had ham has hat hay hem hen her hid him hip his hit hog hop hot how hub hue hug hum hut ice icy ill imp ink inn ion
    ire its ivy jab jam jar jaw jay jet jig job jog joy jug key kid kin kit lab lad lag lap law lax lay led leg let lid lie lip
    lit log lot low mad man map mat max may men met mid min mix mob mom mop mud mug nab nag nap net new nil nip nod non nor not
    now nun nut oak oar oat odd off oil old one opt orb ore our out owe owl own pad pal pan pap par pat paw pay pea peg pen pep
    per pet pew pie pig pin pit ply pod pop pot pre pro pub pun put rag ram ran rap rat raw ray red ref rep rib rid rig rim rip
    rob rod rot row rub rug rum run rut rye sad sag sap sat saw sax say sea see set sew sex she shy sin sip sir sit six ski sky
    sly sob sod son sow soy spa spy sub sue sum sun tab tag tan tap tar tax tea ten the thy tie tin tip toe ton too top tow toy
    try tub tug two use van vat vet via vow wag war was wax way web wed wee wet who why wig win wit woe wok won woo wow yak yam
    yap yes yet you zen zip zoo das der des dem dos les los las mit pas por que qui sur und une uno von vor jan feb mar apr jun
    jul aug sep oct nov dec mon tue tues thu thur fri avg arr dep cum qty num pct amt est etc approx inc ltd diff tot cnt std dev
    var med usd eur gbp chf pls plz thx asc fyi asap ceo cfo coo kpi roi faq tba tbd ytd mtd qtd yoy qoq lol omg btw imo whom"""
)
_NO_CODES = _WORDS | SILENT | SKIPPED | MOVING | UNITS
_PLACES = closed("to from in into at near via within out through between")


def is_small_code(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that is typed in small letters can only be a code. Of two letters, behind "to" or "in", it may be a place that is
    called otherwise here ("in ca")."""
    token = tokens[at]
    word = token.lower
    if token.surface not in (word, word.capitalize()) or not 2 <= len(word) <= 3 or word in _NO_CODES:
        return False
    if word.isalpha():
        before = tokens[at - 1].lower if at else ""
        return not is_common(word) and not (len(word) == 2 and before in _PLACES)
    return word[0] not in "qhwm" and word[-1] not in ("k", "m", "h", "d", "s", "g", "x") and word[:-1].isalnum()
