"""English predicates: what may follow a subject.

What belongs here: rules that are matched right behind "i", "we" or "my wife", so that one rule serves
"I'm allergic to ..." and "my wife is allergic to ...". What does not: how a value is read (`readers`).
"""

from __future__ import annotations

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.english_words import (
    ADV,
    BE,
    BEEN,
    BIG,
    EACH,
    EVENTS,
    GO,
    GOALS,
    MEAL,
    NIGHT,
    NOT,
    OFTEN,
    ON_ITS_OWN,
    PLAYED,
    PRACTISED,
)
from agnt_pipelines.dreaming.grammar.quantities import COUNT
from agnt_pipelines.dreaming.grammar.rules import rule
from agnt_pipelines.dreaming.grammar.vocabulary import DIET, INTOLERANCE, STATUS

HABIT = read.repeated(EACH, verb=True)
PREDICATES = (
    rule(
        Slot.LIKES,
        rf"{ADV} (?:loves?|likes?|enjoys?|adores?|loving|digs?) (?!(?:when|how|that|it|you|your|this|"
        r"to be |to see |to know|to say|about|for)\b)",
        read.liking,
    ),
    rule(
        Slot.LIKES,
        r"(?:'ve| have|'s| has|ve) (?:always |really |also )*(?:loved|liked|enjoyed|adored) ",
        read.liking,
    ),
    rule(
        Slot.LIKES,
        rf"{BEEN}{ADV} (?:into|fond of|{BIG}(?:fan|fans) of|fans of|obsessed with|crazy about|mad "
        r"about|keen on|partial to|hooked on|addicted to) ",
        read.liking,
    ),
    rule(
        Slot.LIKES,
        rf"{BE}{ADV} {BIG}(?P<v>(?!(?:big|huge|massive|total|real|true|such|avid|major|complete|bit|great|new|super)\b)[a-z]+(?: [a-z]+)?)[ -](?:lover|enthusiast|fanatic|addict|buff|nut|geek|nerd|junkie|fan(?! of)|"
        r"aficionado|person)\b",
        read.lessons,
    ),
    rule(Slot.LIKES, rf"{ADV} prefers? ", read.liking),
    rule(
        Slot.LIKES, r" (?:can't|cant|cannot|could never) (?:get enough of|live without|resist) ", read.liking
    ),
    rule(
        Slot.LIKES,
        rf"{BE} not{ADV} (?:into|fond of|(?:(?:a|an) )?(?:(?:big|huge|massive|real|great) )*fans? of|"
        r"crazy about|keen on) ",
        read.liking,
        denied=True,
    ),
    rule(Slot.LIKES, rf"{NOT} (?:like|enjoy|love|care for|dig) ", read.liking, denied=True),
    rule(
        Slot.DISLIKES,
        rf"{ADV} (?:hates?|dislikes?|detests?|despises?|loathes?|(?:can't|cant|cannot|can not) "
        r"(?:stand|bear)) ",
        read.things,
    ),
    rule(Slot.DISLIKES, rf"{ADV} (?:(?:try to|tries to) )?avoids? ", read.things),
    rule(Slot.INTERESTS, rf"{BEEN}{ADV} passionate about ", read.things),
    rule(Slot.INTERESTS, rf"{BEEN}(?! (?:particularly|especially)){ADV} interested in ", read.interests),
    rule(
        Slot.INTERESTS,
        rf"{BE}{ADV} (?:learning|studying) (?:to (?=play|surf|cook|dance|paint|dive|sail|draw|sew|knit|"
        r"code|speak))?(?!(?:about|how|more|from|that|for)\b)",
        read.things,
    ),
    rule(
        Slot.INTERESTS,
        rf"(?:'ve been|{BE}| (?:recently |just )?started| take) (?:also |currently |now |recently "
        r")*(?:taking |doing |attending )?(?:a |an |some )?(?P<v>(?!(?:this|that|the|my|our|first|"
        r"free|online|new|great|weekly|daily|private|evening|group|more|extra|any|some|up|in|it|"
        r"language)\b)[a-z]+(?: [a-z]+)?) (?:class|classes|lessons|workshops)\b",
        read.lessons,
    ),
    rule(
        Slot.INTERESTS,
        rf"(?:{ADV} plays?|'ve been playing|{BE}{ADV} playing|(?: recently| just)? started playing) "
        rf"(?:the |some |a bit of )?(?P<v>{PLAYED})\b(?! {EACH})",
        read.named,
    ),
    rule(
        Slot.INTERESTS,
        rf"(?:(?:'ve| have) (?:recently )?(?:gotten|got|been getting)|{BE}{ADV} getting|(?: recently| "
        r"just)? got)(?: really| more)? into (?!(?:a|an|the|my|our|it|this|that|trouble)\b)",
        read.things,
    ),
    rule(
        Slot.INTERESTS,
        rf"(?:'ve been| (?:recently |just )?started|{ADV} (?:do|practi[sc]e)|'ve been (?:doing|"
        rf"practi[sc]ing)| started (?:doing|practi[sc]ing)) (?P<v>{PRACTISED})(?={ON_ITS_OWN})",
        read.named,
    ),
    rule(
        Slot.INTERESTS,
        r"'ve been (?:really )?(?P<v>reading|writing|drawing|dancing|painting|cooking|baking|"
        rf"gardening|hiking)(?={ON_ITS_OWN})",
        read.named,
    ),
    rule(
        Slot.INTERESTS,
        rf"(?:'ve been|{BE}{ADV}| (?:recently |just )?started|'ve started) (?P<v>volunteering)\b(?! "
        r"(?:next|tomorrow|this))",
        read.named,
    ),
    rule(
        Slot.INTERESTS,
        rf"{ADV} (?P<v>volunteer)s?(?= (?:at|with|for|in|every|on|regularly|once)\b)",
        read.volunteering,
    ),
    rule(
        Slot.LIKES,
        r"(?:'ve| have|'s| has) (?:always |really )*(?:had )?(?:a )?(?:big |real |deep )?(?:love|"
        r"passion|soft spot|weakness) (?:for|of) ",
        read.liking,
    ),
    rule(
        Slot.NEVER,
        r" (?:(?:will|would) )?never (?=(?:eat|drink|smoke|touch|order|book|sit|use|ride|wear|buy|cook)\b)",
        read.action,
    ),
    rule(Slot.NEVER, rf"{NOT} (?=(?:eat|smoke)\b)(?!eat (?:much|a lot|out|enough|here)\b)", read.action),
    rule(
        Slot.NEVER,
        rf"{NOT} (?=drink (?:coffee|tea|milk|caffeine|soda|sugary drinks|beer|wine|spirits|cow's milk)\b)(?![^.!?,\n]{{0,32}}\b(?:after|before|past|at night)\b)",
        read.action,
    ),
    rule(
        Slot.NEVER,
        rf"(?: (?:can't|cant|cannot|can not)| (?:am|is|are) not allowed to){ADV} (?=eat {NIGHT}\b)",
        read.action,
    ),
    rule(
        Slot.ALLERGY,
        rf"{BE}{ADV}(?: (?:severely|highly|deathly|badly|mildly|super|extremely))? allergic to (?![a-z]+ing\b)",
        read.things,
    ),
    rule(Slot.ALLERGY, rf"(?:{BE} not| (?:isn't|aren't|am not)){ADV} allergic to ", read.things, denied=True),
    rule(
        Slot.ALLERGY,
        rf"(?: has| have|'ve got| got|'s got){ADV} (?:an |a )?(?:(?:severe|bad|mild|serious|strong) "
        r")?allerg(?:y|ies) to ",
        read.things,
    ),
    rule(
        Slot.ALLERGY,
        r"(?: has| have|'ve got| got|'s got) (?:an |a )?(?:(?:severe|bad|mild|serious|strong) "
        r")?(?P<v>(?!no\b|any\b|some\b|food\b|many\b|few\b|this\b|that\b)[a-z]+(?: [a-z]+)?) "
        r"allerg(?:y|ies)\b",
        read.named,
    ),
    rule(Slot.ALLERGY, rf"(?:{BE}| have| has){ADV} (?:a )?(?P<v>{INTOLERANCE})\b", read.intolerance),
    rule(
        Slot.DIET,
        rf"(?:{BE}|(?:'ve| have|'s| has) (?:been|gone|turned)| (?:just )?(?:went|turned)|'ve recently "
        rf"(?:gone|turned)){ADV}(?: (?:a|an|on a|on the))?(?: (?:strict|lifelong|committed))? "
        rf"(?P<v>{DIET})\b(?! (?:restaurant|place|friendly|curious|options?|food|cafe|recipes?|cook|"
        r"chef|blog))",
        read.diet,
    ),
    rule(
        Slot.DIET,
        rf"(?:{BE} not| (?:isn't|aren't)){ADV}(?: (?:a|an))?(?: strict)? (?P<v>{DIET})\b",
        read.diet,
        denied=True,
    ),
    rule(
        Slot.DIET,
        rf"{ADV} (?:only )?(?:eats?|needs?|follows?|keeps?|requires?|do) (?:only )?(?:strictly )?(?:a |"
        rf"an )?(?:strict )?(?P<v>{DIET})\b(?! (?:restaurant|place|options? for))",
        read.diet,
    ),
    rule(
        Slot.ALCOHOL,
        rf"{NOT} drink(?: any)?(?: alcohol| booze)?(?= *(?:$|[.,!;)\n]|and\b|at all|anymore|any more|"
        r"so\b|but\b))",
        read.fixed("alcohol"),
        denied=True,
    ),
    rule(
        Slot.ALCOHOL,
        rf"(?:(?:'ve| have)? (?:stopped|quit|given up|gave up) (?:drinking(?: alcohol)?|alcohol)|{BE} "
        r"(?:sober|(?:a )?teetotal(?:l?er)?))\b(?! (?:coffee|soda|tea|milk|enough))",
        read.fixed("alcohol"),
        denied=True,
    ),
    rule(
        Slot.ALCOHOL,
        rf"{ADV} (?:only )?drinks? (?:only )?(?P<v>alcohol|natural wine|red wine|white wine|wine|beer|"
        r"cocktails|whisky|gin)\b",
        read.named,
    ),
    rule(
        Slot.HOME_AREA,
        rf"(?:{ADV} lives? in|{BE}{ADV} (?:living|based|located) in|(?:'ve| have|'s| has)?(?: just| "
        r"recently)? moved to) ",
        read.place,
    ),
    rule(
        Slot.ORIGIN,
        rf"(?:{BE}(?: (?:originally|actually))? (?:originally )?from|(?: originally)? comes? from| "
        r"grew up in| (?:was|were) (?:born|raised)(?: and raised)? in) ",
        read.place,
    ),
    rule(
        Slot.OCCUPATION,
        rf"(?:{BE}{ADV} (?:a|an)|{ADV} works? as (?:a|an)|{BE}{ADV} working as (?:a|an)|'ve been "
        r"working as (?:a|an)) ",
        read.trade,
    ),
    rule(Slot.HOUSEHOLD, rf"(?: (?:have|has)|'ve(?: got)?|'s got| got){ADV}(?: (?:a|an))? ", read.members),
    rule(
        Slot.HOUSEHOLD,
        rf"{BE}{ADV} (?:(?:a|an) )?(?P<v>{STATUS})\b(?! (?:to (?!my|a|an)|in\b|with\b|out\b|by\b))",
        read.status,
    ),
    rule(Slot.HOUSEHOLD, rf"{ADV} lives? with (?:my|our) ", read.members),
    rule(
        Slot.FITNESS_GOAL,
        rf"{BE}{ADV} (?:in training|training) for (?=[^.!?]{{0,20}}\b(?:marathon|triathlon|race|"
        r"ironman|5k|10k|half)\b)",
        read.things,
    ),
    rule(
        Slot.FITNESS_GOAL,
        rf"(?:{ADV} (?:want|wanna|need|hope|plan)(?:s)?(?: to)?|{BE}{ADV} (?:trying|working|hoping|"
        rf"looking|aiming) to) (?P<v>{GOALS})\b",
        read.goal,
    ),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        rf"{OFTEN} (?:book|eat|dine|have|go for|do|reserve|go out for)(?: (?:{MEAL}|out))*(?: (?:at|"
        r"around|about|for))* (?=\d|noon)",
        read.hour,
    ),
    rule(
        Slot.PREFERRED_BOOKING_HOUR,
        rf"{ADV} (?:prefers?|likes?)(?: (?:to (?:eat|dine|have|book)|having|eating))?(?: {MEAL})?(?: "
        r"(?:at|around|about))+ (?=\d|noon)",
        read.hour,
    ),
    rule(
        Slot.TYPICAL_PARTY_SIZE,
        rf"(?:{BE}{OFTEN}|{OFTEN} (?:book|come|go|dine|reserve|are)(?: (?:a table|tables|out))?(?: "
        rf"(?:for|as|with))?)(?: (?:a group of|a party of|around|about))* (?={COUNT}(?: (?:people|"
        r"persons|pax|of us|adults|guests))?(?: *(?:$|[.,!)\n]|and\b)| total))",
        read.people,
    ),
    rule(
        Slot.ACCESSIBILITY,
        rf"(?:{ADV} (?:uses?|needs?|requires?)|{BE}{ADV}(?: (?:in|on))?) (?=(?:(?:a|an|my|our|some|"
        r"partially|very|slightly) )?(?:wheelchair|step[ -]free|deaf|blind|crutches|hard of hearing|"
        r"hearing impaired|visually impaired|low vision|walking (?:stick|frame)|guide dog|service dog|"
        r"hearing loop|no stairs)\b(?!s? (?:to|by)\b))",
        read.access,
    ),
    rule(
        Slot.ACCESSIBILITY,
        r" (?=(?:can't|cant|cannot|don't|can't really) (?:do|climb|manage|use) (?:the )?(?:stairs|steps)\b)",
        read.access,
    ),
    rule(
        Slot.HABIT,
        rf"(?! never)(?:{OFTEN}|{ADV}) (?=(?P<v>(?:go|eat|drink|run|swim|surf|work|cook|read|"
        r"practi[sc]e|train|play|meditate|walk|hike|bike|cycle|paint|write|volunteer|order|watch|have|"
        rf"do|visit|meet|take|dance|stretch|exercise|attend|teach|host|get)\b[^.,!?;\n]{{0,50}}?) "
        rf"{EACH}\b)",
        HABIT,
    ),
    rule(
        Slot.HABIT,
        rf"{OFTEN} (?=(?:go|eat|drink|run|swim|surf|cook|read|practise|practice|train|play|meditate|"
        r"walk|hike|cycle|paint|write|volunteer|order|watch|dance|exercise|bring|sit|travel|skip|"
        r"start|wake|listen)\b)(?!go (?:all|above|through|back|with)\b)",
        read.action,
    ),
    rule(
        Slot.PLAN,
        rf"{BE}{ADV} (?:(?:planning|planning on|thinking of|thinking about) )?(?P<v>(?!going to "
        rf"(?!the\b|a\b|an\b|my\b)(?=[a-z]+ (?!this|next|on|in|tomorrow|tonight|today)))(?:{GO})\b)",
        read.plan,
    ),
    rule(
        Slot.PLAN,
        rf"(?:'ll|ll| will|{BE}{ADV} (?:gonna|going to|planning to|about to)) (?=(?:be )?(?:go|fly|"
        r"travel|visit|head|move|drive|host|throw|attend|leave|arrive|have|meet|take|celebrate|run|"
        r"perform|hike|camp|join|do)\b)",
        read.plan_verb,
    ),
    rule(Slot.PLAN, rf"{BE}{ADV} planning (?P<v>(?:a|an|our|my) )", read.plan),
    rule(
        Slot.OCCASION,
        rf"(?:{BE}|'ll be| will be){ADV} (?:celebrating|here for|on) (?:my|our|a|an|the|his|her)? ?(?:\d{{1,2}}(?:st|nd|rd|"
        rf"th) )?(?P<v>{EVENTS})\b",
        read.occasion,
    ),
)
