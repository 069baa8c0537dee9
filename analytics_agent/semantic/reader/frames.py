"""What people say around a question and not in it: "could you tell me", "for my presentation I need", "I'm wondering". It is taken off
before the words are read, so that no such word has to be silent wherever it stands."""

import re

_TO_WHOM = r"(?:me|us|my (?:boss|manager|team|colleagues?))"
_WANT = (
    r"(?:i|we)(?:'d| would|'ll| will)? (?:just |only |also |really |urgently |quickly )*(?:like|love|want|need|try|hope|wish)"
    r"(?: to (?:know|see|get|find out|understand|learn|have|check|look at|hear))?"
)
_WONDER = (
    r"i(?:'m| am|'ve been| was)? (?:just |also )?"
    r"(?:wonder(?:ing)?|curious|interested in|trying to (?:find out|understand|see)|looking for)"
)
_OCCASION = r"(?:presentation|meeting|report|slides?|deck|newsletter|review|call)"
_TELL = (
    r"(?:tell|show|give|find|get|list|display|compute|calculate|work out|look up|pull|pull up|fetch|help|explain to|send|provide|know|"
    r"have|see)"
)
_OPENINGS = (
    r"(?:hi|hello|hey|good morning|good afternoon|dear \w+|ok|okay|so|well|right)(?: there| everyone| all| team)?[,!.]+",
    rf"(?:for|in) (?:my|our|the|a|tomorrow's|today's|next week's) (?:\w+ )?{_OCCASION}(?: (?:tomorrow|today|on monday|next week))?,?",
    r"(?:(?:just|only) )?(?:curious|wondering|asking|checking)(?: about)?[:,]?",
    rf"{_WONDER}(?: if| whether| about)?,?",
    rf"{_WANT},?",
    r"(?:(?:please|kindly|quickly|maybe|can you|could you|would you|will you|can i|could i|may i)\b ?)+"
    rf"(?:{_TELL}\b)?(?: {_TO_WHOM})?(?: with)?",
    rf"(?:tell|show|give|get|find|send|let) {_TO_WHOM}(?: (?:know|see|have))?",
    r"(?:what i (?:want|need|would like|'d like)(?: to know| to see)? is|my question is|the question is|question)[:,]?",
    r"(?:do (?:you|we) (?:happen to )?know|any idea|is it possible to (?:see|know|get)|let's (?:see|look at|have a look at)|let me know)",
    r"(?:quick|simple|short|another) question[:,]?",
    r"i(?:'ve| have) (?:got )?(?:a|one|another) (?:quick |short )?question[:,.]?",
    r"i(?:'d| would) (?:be interested in|be curious about|appreciate)",
)
_ENDINGS = (
    r"(?:please|pls|plz|thanks|thank you|thx|cheers|many thanks|thanks a lot|thank you very much|thanks in advance|asap|if possible|"
    r"if you can|would be great|would be nice|that would be great)",
)
_OPENING = re.compile(rf"^\W*(?:{'|'.join(_OPENINGS)})(?=\W|$)", re.IGNORECASE)
_ENDING = re.compile(rf"(?<![\s,;.!?-])[\s,;.!?-]+(?:{'|'.join(_ENDINGS)})\W*$", re.IGNORECASE)
_REASON = re.compile(
    r"(?<=[.!?;,])\s*(?:and )?what(?:'s| is| was| are| were|'re)(?: the)? (?:main |likely )?(?:reasons?|causes?|explanations?)"
    r"(?: (?:for|of|behind) (?:this|that|it))?(?=\W*$)",
    re.IGNORECASE,
)
"""After something was told, it asks why that is so, also where the data has a field that is called reason."""
_THERE = r"(?:there (?:were|are|was|is|have been)|we had|some|several|certain|a few)(?: some| certain| several)?"
_COUNTED = re.compile(
    rf"^{_THERE} (?P<what>[^.?!;]+)[.!;?,]\s*(?:and )?(?:please )?(?:(?:count|tally) (?:them|those|these)(?: up)?|"
    r"how many(?: (?:of (?:them|those|these)|they|(?:are|were|is|was) (?:there|they|those|these)|there (?:are|were))| days| months)?"
    r"(?: in all| altogether| in total)?|what is their number|(?:give me )?(?:the|their) number(?: of (?:them|those|these))?)\W*$",
    re.IGNORECASE,
)
"""What there is is told first, and then how many of it is asked."""
_COUNTED_BEHIND = re.compile(
    r"^(?:the )?(?P<what>\w+ (?:with|having|that|which|who|where|when|on which|in which) [^.?!;:]+?)\s*[:;.,?-]\s*(?:and )?"
    r"(?:how many(?: of (?:them|those|these))?(?: (?:are|were) there)?|count (?:them|those|these))\W*$",
    re.IGNORECASE,
)
"""What is meant stands first, with its condition, and how many of it behind."""
_LISTED = re.compile(
    rf"^{_THERE} (?P<what>[^.?!;]+)[.!;?,]\s*(?:and )?(?:please )?(?:(?:list|name|show)(?: me)? (?:them|those|these)|"
    r"which(?: (?:ones|ones are they|are they|were they|are these|are those))?|which of (?:them|these))\W*$",
    re.IGNORECASE,
)
_SHORT = (
    (re.compile(r"\b(?:no|nr|num|nbr)\.? of\b", re.IGNORECASE), "number of"),
    (re.compile(r"(?<!\w)# ?(?:of\b)?", re.IGNORECASE), "number of "),
    (re.compile(r"\b(?:i\.e\.|e\.g\.|that is to say|in other words),?", re.IGNORECASE), " "),
    (re.compile(r"\b(?:as well as|along with)\b|(?<=\w )plus(?= \w)", re.IGNORECASE), "and"),
    (re.compile(r"\b(every|each) single\b", re.IGNORECASE), r"\1"),
    (_REASON, " why"),
    (re.compile(r"\bhow much (?=units|items|pieces|people|times\b)", re.IGNORECASE), "how many "),
)


def plain(question: str) -> str:
    """The question without what is said around it, abbreviations of closed words written out."""
    text = question.replace("’", "'").replace("‘", "'").strip()
    while (match := _OPENING.match(text)) and text[match.end() :].strip(" ,.:;!?-"):
        text = text[match.end() :].lstrip(" ,:;-")
    while (match := _ENDING.search(text)) and text[: match.start()].strip():
        text = text[: match.start()] + ("?" if "?" in match[0] else "")
    for pattern, said in _SHORT:
        text = pattern.sub(said, text)
    return _in_one_sentence(text)


def _in_one_sentence(text: str) -> str:
    """ "There were days with many returns. Count them.": how many such days there were."""
    if match := _COUNTED.match(text) or _COUNTED_BEHIND.match(text):
        return f"how many {match['what']}?"
    return f"which {match['what']}?" if (match := _LISTED.match(text)) else text
