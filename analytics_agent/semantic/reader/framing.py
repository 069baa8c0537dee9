"""What leads to a question and what stands beside it: "My boss asks me", "I would be grateful to hear", "We are reviewing the budget."

A way of asking is taken off, where it holds nothing that the model knows. A whole sentence is set aside only where every word of it is
one of people, occasions and work, which choose no rows; it is told in the answer. A sentence that holds anything else stays, and the
question with it is refused or asked about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analytics_agent.semantic.reader.frames import plain
from analytics_agent.semantic.reader.reading import Outcome, Reading, Refuse
from analytics_agent.semantic.reader.words import SILENT, closed, tokens

Knows = Callable[[str], bool]
"""Whether a phrase holds anything that has a meaning here: a word of the model, a period, a number, an operator."""
MOST_SENTENCES = 6
"""Who writes more tells a story, and what of it matters is not judged here."""
NOTE = "Set aside as context: “{0}”."

_KNOW = (
    r"(?:know|hear|see|learn|get|have|receive|be told|find out|understand|ask(?: for| about)?|"
    r"be informed(?: of| about| on)?|be shown|be given)"
)
_GLAD = r"(?:very |most |really |so |quite )?(?:grateful|thankful|glad|happy|pleased|delighted|curious|keen|eager|interested)"
_HELPS = r"(?:interest|help|please|be of interest to|be useful to|be helpful to|be important to|be good for|be great for)"
_WHAT = r"(?: (?:if|whether|about|of|on)(?= ))?"
_SOMEBODY = r"(?:you|someone|somebody|anyone|anybody|one of you)"
_TELL = r"(?:tell|show|give|inform|indicate|say|name|state|report|establish|determine|provide|send|let) "
_TOLD = (
    r"(?:(?:tell|show|give|inform|indicate|say|send|provide|supply)(?: to)?(?: me| us)(?: with| of| about)?|"
    r"let (?:me|us) (?:know|see|have)(?: about| of)?|inform (?:me|us)(?: of| about)?|find out(?: for (?:me|us))?|"
    r"(?:say|indicate|establish|determine|state|report)(?= (?:the|how|what|which|who|whether|in|on|for|at|all) ))"
)
_LEADS = (
    rf"(?:i|we) (?:would|should|'d) (?:also |really |just |very much )?(?:like|love|want|prefer|wish) to {_KNOW}{_WHAT}",
    rf"(?:i|we) (?:would|should|will|'d|'ll) be {_GLAD} (?:to {_KNOW}|in|for|about|if {_SOMEBODY} (?:can|could|would) {_TOLD}){_WHAT}",
    rf"(?:i am|i'm|we are|we're) {_GLAD} (?:to {_KNOW}|in|about){_WHAT}",
    rf"(?:i|we) (?:want|need|have|wish|try|am trying|'m trying|are trying|'re trying) to {_KNOW}{_WHAT}",
    rf"(?:i am|i'm|we are|we're|i was|we were) (?:asking|wondering|looking)(?: myself| ourselves)?(?: for| about){_WHAT}",
    rf"(?:i|we) (?:wonder|ask myself|ask ourselves|was wondering|were wondering){_WHAT}",
    rf"it (?:would|might|will|could) (?:greatly |really |very much )?{_HELPS} (?:me|us)(?: (?:to {_KNOW}|if {_SOMEBODY} {_TOLD}))?{_WHAT}",
    rf"it (?:interests|helps) (?:me|us)(?: to {_KNOW})?{_WHAT}",
    rf"it is (?:important|interesting|useful|helpful|necessary|good) (?:for (?:me|us) )?to {_KNOW}{_WHAT}",
    r"(?:may|might|can|could) (?:i|we) (?:please |kindly )?(?:ask|inquire|enquire|know|request)(?: you)?"
    rf"(?: for| about| to {_KNOW})?{_WHAT}",
    rf"(?:perhaps|maybe|possibly) {_SOMEBODY} (?:can|could|would|might) (?:please |kindly |also )?{_TOLD}{_WHAT}",
    rf"(?:can|could|would|will) {_SOMEBODY} (?:please |kindly |perhaps |possibly )?{_TOLD}{_WHAT}",
    rf"(?:please |kindly )+{_TOLD}{_WHAT}",
    rf"{_TOLD}{_WHAT}",
    rf"(?:do|does) {_SOMEBODY} (?:happen to )?know{_WHAT}",
    r"(?:the|my|our) question (?:is|was)[:,]?",
    r"whether(?= )",
)
_LEAD = re.compile(rf"^\W*(?:{'|'.join(_LEADS)})(?=[\s,:])[\s,:]*", re.IGNORECASE)
_ASKER = re.compile(
    r"^\W*(?P<who>(?:my|our|the|a|an|one of (?:my|our|the)) (?:[\w-]+ ){0,2}?[\w-]+|somebody|someone|people|they|he|she)"
    r" (?:asks|ask|asked|is asking|are asking|was asking|were asking|has asked|have asked|wants? to know|wanted to know|"
    r"(?:would|should) like to (?:know|see)|needs? to know|wonders?|is wondering|inquires?)"
    r"(?: (?:me|us))?(?= )(?: (?:if|whether|about|for|to know|of))?(?=[\s,:])[\s,:]*",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(
    r"^\W*(?:for (?P<who>(?:my|our|the|a|an|this|tomorrow's|next week's) (?:[\w-]+ ){0,2}?[\w-]+),? )?"
    r"(?:(?:i|we) (?:just |only |simply )?(?:need|want|am after|require) )?"
    r"(?:just |only )?(?:a|one|a single|one single|the|just one)(?: single| simple)? "
    r"(?:number|figure|answer|value)(?: only| please)?\s*[:.]\s+(?=\S)",
    re.IGNORECASE,
)
"""No more is told by it than that a figure is wanted, which the question says itself."""
_FOR = re.compile(
    r"^\W*for (?P<who>(?:my|our|the|this) (?:[\w-]+ ){0,2}?[\w-]+), (?=(?:i|we|please|could|can|what|how|which|give|show)\b)", re.IGNORECASE
)
_CLOSINGS = re.compile(
    r"(?<![\s,;.!?-])[\s,;.!?-]+(?:can you help(?: me| us)?(?: with (?:this|that|it))?|"
    r"(?:can|could) you (?:please )?(?:tell|show) (?:me|us)(?: (?:this|that))?|"
    r"(?:please )?(?:tell|show) (?:me|us)|please let (?:me|us) know|let (?:me|us) know|(?:many )?thanks for (?:your|the|any) help|"
    r"thank you (?:for your help|in advance|so much)|i need your help|any help is (?:welcome|appreciated)|please help(?: me| us)?|"
    r"do you know(?: (?:it|that|this))?|would you know)\W*$",
    re.IGNORECASE,
)

_SENTENCE = re.compile(r"(?<=[.!?;])(?<!\bi\.e\.)(?<!\be\.g\.)(?<!\bvs\.)(?<!\bSt\.)(?<!\bMt\.)(?<!\bFt\.)(?<!\bNo\.)\s+")
_SUBJECTS = closed(
    """i we my our the this that it he she they a an there somebody someone people folks im ive weve theyre its shes hes here some
    everybody everyone"""
)
_CONTEXT = closed(
    """boss manager director ceo cfo coo cto cio lady guy guys gentleman colleague colleagues team teams staff board management
    committee leadership executive executives controller controllers controlling accountant accounting finance marketing legal press
    auditor auditors analyst analysts consultant consultants investor investors partner partners head chief department office
    slide slides deck presentation report reports memo meeting meetings review reviews newsletter article summary overview paper letter
    email mail note notes call workshop session conference agenda plan plans planning budget budgets strategy project dashboard document
    brochure story blog handout page analysis audit study
    prepare prepares prepared preparing write writes wrote writing work works worked working review reviewing reviewed build building
    built make making draft drafting drafted plan planned discuss discusses discussed discussing meet meets met meeting present presents
    presenting finish finishing finalize finalizing update updating start starting begin beginning look looking ask asks asked asking
    wonder wonders wondering worry worries worried worrying think thinks curious interested unsure concerned nervous excited unhappy busy
    involved due ready new big small short quick urgent important next upcoming weekly monthly quarterly annual yearly internal external
    am im ive very really quite a bit little rather still currently right moment now today tomorrow soon later yesterday morning
    afternoon evening week something thing things matter topic subject issue job task thank thanks help time
    media company business firm organization group office me us myself ourselves him her them together again already too well going
    because since while so then just about on for with"""
) | frozenset(word for word in SILENT if word not in ("per", "each", "every", "ever", "many", "much", "one", "ones", "if", "when", "than"))
"""Words of people, occasions and work. None chooses rows: what might, and what tells how to answer, is not among them."""
_QUALITY = re.compile(r"\b(?:about|on|regarding|concerning|for) (?:our |the )?(?P<what>[a-z]+(?:ity|ness|ance|ency|ment))\b")
"""A slide about reliability: an abstract noun, which no row has."""


@dataclass(frozen=True)
class Framed:
    """The question by itself, and the sentences beside it that were set aside."""

    question: str
    aside: tuple[str, ...] = ()
    unclear: str = ""
    """Who asks, where the words name rows as well: "the business wants to know"."""


def framed(question: str, knows: Knows) -> Framed:
    """Nothing is taken off that leaves no question."""
    text = question.replace("’", "'").replace("‘", "'").strip()
    sentences = _sentences(text)
    aside = [each for each in sentences if 1 < len(sentences) <= MOST_SENTENCES and is_context(each, knows)]
    kept = [each for each in sentences if each not in aside]
    if not kept:
        return Framed(question)
    bare = _bare(" ".join(kept), knows)
    asker = _ASKER.match(bare)
    unclear = asker["who"].strip() if asker and knows(asker["who"]) and bare[asker.end() :].strip(" ,.:;!?-") else ""
    return Framed(bare, tuple(aside), unclear)


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part.strip(" .!?;")]


def _bare(text: str, knows: Knows) -> str:
    """Ways of asking stand behind one another: "Please, I wonder whether you can tell me"."""
    while (shorter := _shorter(text, knows)) != text:
        text = shorter
    return text


def _shorter(text: str, knows: Knows) -> str:
    end = _CLOSINGS.search(text)
    if end is not None and text[: end.start()].strip():
        return text[: end.start()] + ("?" if "?" in end[0] else "")
    for pattern in (_ONE_NUMBER, _FOR, _ASKER, _LEAD):
        match = pattern.match(text)
        if match is None or not text[match.end() :].strip(" ,.:;!?-"):
            continue
        if _says_nothing(match, knows):
            return text[match.end() :]
    opened = plain(text)
    return opened if len(opened) < len(text) and text.rstrip(" ?!.").endswith(opened.rstrip(" ?!.")) else text


def _says_nothing(match: re.Match[str], knows: Knows) -> bool:
    """Whoever asks chooses no rows, while "for the adults" may. A verb that the model knows as a noun ("state") is its noun."""
    who = match.groupdict().get("who")
    if who is None:
        return match[0].strip().lower() not in ("state", "report") or not knows(match[0])
    occasion = match[0].strip().lower().startswith("for ")
    return not knows(who) and (not occasion or all(token.lower in _CONTEXT for token in tokens(who)))


def is_context(sentence: str, knows: Knows) -> bool:
    """A statement of people at work that holds nothing known, and no word outside of those that choose nothing."""
    words = [token.lower for token in tokens(sentence)]
    if not words or words[0] not in _SUBJECTS or sentence.rstrip().endswith("?"):
        return False
    plainly = _QUALITY.sub(lambda match: match[0][: match.start("what") - match.start()] + "thing", sentence)
    about = _QUALITY.search(sentence)
    if not all(token.lower in _CONTEXT or token.stem in _CONTEXT for token in tokens(plainly)):
        return False
    return not (about is not None and knows(about["what"])) and not knows(plainly)


def told(outcome: Outcome, aside: Sequence[str]) -> Outcome:
    """The reading with what was set aside, so that nothing is passed over in silence."""
    if not aside or not isinstance(outcome, Reading):
        return outcome
    notes = tuple(NOTE.format(each.rstrip(" .!;")) for each in aside)
    return replace(outcome, notes=(*outcome.notes, *notes), aside=tuple(aside))


def unclear_asker(who: str, question: str) -> Refuse:
    """Nobody is taken for rows because of asking."""
    match = _ASKER.match(question)
    rest = question[match.end() :] if match else question
    reason = f"It is not clear whether “{who}” only asks, or limits what is asked. Ask without it, or say what it limits in the question."
    return Refuse(reason, missing=who, instead=(rest[:1].upper() + rest[1:],))


def of_context(question: str, outcome: Refuse, read: Callable[[str], Outcome]) -> Refuse:
    """Where the question is answered without one of its sentences, it is that sentence which is not understood."""
    sentences = _sentences(question.strip())
    for place, each in enumerate(sentences if 1 < len(sentences) <= 3 else ()):
        first = next((token.lower for token in tokens(each)), "")
        if first not in _SUBJECTS | {"for"} or each.endswith("?"):
            continue
        rest = " ".join(sentences[:place] + sentences[place + 1 :])
        if isinstance(read(rest), Reading):
            said = each.rstrip(" .!;")
            reason = (
                f"It is not clear whether “{said}” says anything of what is asked. Ask without it, or say what it limits in the question."
            )
            return Refuse(reason, missing=outcome.missing, instead=(rest,))
    return outcome
