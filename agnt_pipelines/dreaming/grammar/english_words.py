"""English words that frame a claim: fillers, subjects, adverbs, and mentions that need no frame.

What belongs here: fragments and whole patterns that the English tables share. What does not: the
rules themselves (`english_predicates`, `english_openings`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.grammar.cues import HEDGES
from agnt_pipelines.dreaming.grammar.rules import spaced
from agnt_pipelines.dreaming.grammar.vocabulary import KIN, alternatives

FILLER = re.compile(
    r"\s*+(?:(?:(?:please |just |always )*(?:remember|note|know|be aware|keep in mind)(?: that| this)?|"
    r"(?:you|u) (?:should|need to|must|might|may|probably|already)(?: already| probably)* know(?: by now| already)?(?: that)?|"
    r"i(?:'d| would)? (?:like|want|need) you to know(?: that)?|what i (?:meant|mean|wanted|want)(?: to say)?(?: is| was)?(?: that)?|i meant to say(?: that)?|"
    r"turns out(?: that)?|(?:could|can) you (?:write down|note)(?: that)?|(?:please )?tell (?:the|your) (?:chef|kitchen|waiter|staff)(?: that)?|"
    r"and|but|so|or|plus|well|oh+|ah+|aw+|wow|woah|yeah|yea|yes|yep|yup|"
    r"no(?!\s(?:[a-z]+\s(?:[a-z]+\s)?(?:after|before|past)\b|[a-z]+\s(?:please|pls|for|ever|thanks)\b|[a-z]+\s*(?:[.,!;\n]|$)|(?:red|raw|more|longer|stairs|steps|alcohol|booze)\b))|nope|nah|hi|hey|hello|haha+|lol|btw|by the way|also|honestly|actually|tbh|to be honest|personally|"
    r"it turns out(?: that)?|update|from now on|"
    r"for your info|for your information|for the record|reminder|quick note|"
    r"first|second|third|firstly|secondly|last thing|one more thing|one thing|"
    r"instructions from my doctor|doctor's orders|good to know|new here|"
    r"look|listen|ok|okay|um+|uh+|hmm+|anyway|please|pls|note|please note|note that|fyi|just so "
    r"you know|jsyk|just a heads up|heads up|ps|pps|remember|remember that|keep in mind|keep in "
    r"mind that|"
    r"i mean|you know|because|cause|cuz|bc|since|as|though|although|still|sorry|wait|no wait|"
    r"scratch that|for me|as for me|in general|generally|these days|nowadays|now|lately|currently|"
    r"right now|"
    r"thanks|thank you|thx|cool|great|nice|awesome|absolutely|totally|definitely|for sure|of "
    r"course|sure|same|me too|same here|if possible|besides|then|too|unfortunately|luckily|"
    r"fortunately|sadly|"
    r"i must say|i have to say|i should say|i should mention|i forgot to say|did i mention|tell "
    r"you what|while|whereas|even though|that's why|"
    r"(?:just )?so (?:you|they|the kitchen|the chef|everyone) (?:know|knows|are aware|is aware)|for what it's worth|fwiw|"
    r"(?:the |one |only |small |other )?(?:thing is|thing though|problem is|catch is|catch)|(?:the )?truth is|"
    r"(?:fair|quick|small|slight|little|big) (?:warning|note|heads up|one|thing|update|reminder)|side note|word of warning|"
    r"warning|psa|confession|important|before (?:i|you) (?:forget|book|order)(?: anything)?|while i remember|(?:to be |being )?(?:fair|clear|frank|blunt)|"
    r"not gonna lie|ngl|believe it or not|as (?:you know|ever|always|usual)|like i said|obviously|clearly|frankly|seriously|"
    r"basically|apparently|ugh+|argh+|eek|phew|yay+|woo+(?:hoo+)?|omg|gosh|god|man|mate|dude|folks|team|guys|good (?:morning|afternoon|evening)|"
    r"morning|evening|today|this year|this time|in fact|in short|long story short|same as (?:always|ever)|mind you|"
    r"(?:after all|at the moment|at present|for now|for years|for once)|again|ta|cheers|right|yo|otherwise|either way|more importantly|"
    r"my bad|correction|new year new me|big news|good news|bad news|news|surprise|full disclosure|don't judge(?: me)?|i'm afraid|"
    rf"{HEDGES})(?![\w'])[\s:.]*+)*+[\s\"]*+"
)

PEOPLE = alternatives(KIN)
# A body's part in it: what food does to a person who does not bear it.
HARM = (
    r"(?:(?:brings?|bring|breaks?|broke|make|makes|made) (?:me|us) (?:out|break out) in (?:hives|a rash|spots|welts|lumps|bumps)|"
    r"(?:gives?|gave|giving) (?:me|us) (?:the )?(?:hives|a rash|rashes|an? (?:allergic )?reaction|stomach ?aches?|cramps|(?:a )?migraines?|"
    r"eczema|asthma|the runs|a bad stomach|terrible \w+|awful \w+|anaphylaxis)|"
    r"makes? (?:me|us) (?:(?:really|very|so|properly|violently|quite) )?(?:sick|itch|itchy|swell|ill|bloated|break out|vomit|throw up|wheeze|"
    r"poorly|unwell|come out|puff up|come up)|makes? my (?:throat|tongue|lips?|face|skin|mouth|eyes) (?:\w+ )?(?:swell|close|itch|itchy|tingle|puff|"
    r"numb|burn|blow up)|sets? off my (?:asthma|eczema|allerg(?:y|ies)|ibs)|(?:doesn't|don't|do not|does not|never) (?:really )?agrees? with (?:me|us)|"
    r"wrecks? my (?:stomach|gut|insides)|upsets? my stomach|puts? me in (?:the )?hospital|sends? me to (?:the )?(?:hospital|er|a&e|emergency)|"
    r"(?:will|would|could|can|'ll|might)(?: literally)? (?:kill|hospitali[sz]e) me|(?:is|are) (?:literally )?(?:poison|deadly|lethal|toxic) (?:to|for) me|"
    r"swells? (?:me|my \w+) up|and (?:i|me|my (?:stomach|body|gut|skin)) (?:don't|do not) (?:mix|get (?:on|along)|agree))"
)
_BEING = (
    r"(?:allergic|vegetarian|vegan|veggie|a|an|not|lactose|gluten|into|really|coming|visiting|coeliac|celiac|pescatarian|halal|"
    r"kosher|sober|pregnant|deaf|blind|scared|terrified|mad|obsessed|crazy|keen|on|in|from|the|turning|got|been|very|super|"
    r"severely|highly|intolerant|sensitive|strictly|teetotal|off|over|partial|dairy|keto|plant[- ]based|also|still|always|"
    r"never|just|no|only|\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|using|diabetic|muslim|jewish|hindu)"
)
# "The wife", "mum": a few are anybody's own without "my".
_WITHOUT_MY = (
    r"(?:the (?=(?:wife|missus|husband|hubby|boyfriend|girlfriend|other half|better half|kids|children|baby|toddler|boys|"
    r"little one|little ones|in[- ]laws|parents|folks|twins|dog|family|flatmates?|housemates?)\b)"
    r"|(?=(?:mum|mom|dad|hubby|wifey|grandma|grandad|granny|nan|bf|gf)\b))"
)
WHOSE = (
    r"(?:(?:my|our) (?:(?:best|little|older|younger|big|elder|eldest|youngest|oldest|dear|lovely|own|middle|poor|late|baby|"
    r"teenage|darling|beloved|whole|entire|bloody|two|three|four|2|3|4|new|close|good|old|\d{1,2}[- ]year[- ]old) )*"
    rf"|{_WITHOUT_MY})(?P<kin>{PEOPLE})"
)
SUBJECT = spaced(
    rf"(?:(?P<self>(?:(?:my|our|the) (?:{PEOPLE}) (?:and|&) )?(?:i(?=m\b|ve\b|\b)|we\b|"
    rf"(?:both|all|most) of us\b|us (?:two|lot|both)\b|me and (?:my|the) (?:{PEOPLE})\b(?! and)))|"
    rf"(?:(?:it's|its|it is|that's|actually) )?{WHOSE}\b(?!'s (?!{_BEING}\b))(?:,? (?:who|that)(?=['s ])|(?: and (?:his|her|my) \w+)(?= are ))?)"
)
POSSESSIVE = spaced(rf"(?:{WHOSE}'s?|(?P<self>my|our)) ")

ADV = (
    r"(?: (?:really|absolutely|just|totally|truly|also|definitely|generally|usually|still|"
    r"especially|particularly|always|genuinely|honestly|personally|do|actually|both|all|simply|"
    r"super|quite|mostly|"
    rf"so|very|certainly|pretty much|too|currently|now|deeply|completely|strictly|{HEDGES})\b)*+"
)
BE = r"(?:'m|m| am|'re| are|'s|s| is)(?![a-z])"
BEEN = rf"(?:{BE}|(?:'ve| have|'s| has|ve)(?: (?:always|really|long|recently))* been)"
NOT = rf"{ADV} (?:don't|dont|do not|doesn't|doesnt|does not|dun){ADV}"
BIG = r"(?:a|an) (?:(?:big|huge|massive|total|real|such|avid|major|complete|bit|die-hard|lifelong|true) )*"
OFTEN = r" (?:usually|always|often|typically|normally|regularly|mostly|generally|tend to)"
EACH = (
    r"(?:every (?:single )?(?:day|night|morning|afternoon|evening|week|weekend|month|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday)|(?:once|twice|(?:two|three|four|2|3|4|5) times) a "
    r"(?:day|week|month)|on (?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|"
    r"weekends|weekdays)(?:(?:,| and| &) (?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays))*|most (?:mornings|days|evenings|nights|weekends))"
)
MEAL = (
    r"(?:dinner|dinners|lunch|breakfast|brunch|drinks|supper|a table|tables|bookings|reservations|"
    r"tables for dinner)"
)
GOALS = (
    r"(?:lose (?:some |a bit of )?weight|lose (?:\d{1,2}|a few|some|a couple of) ?(?:kg|kilos?|lbs|pounds)|gain (?:some "
    r")?(?:muscle|weight)|build (?:some |more )?(?:muscle|strength)|get (?:back )?(?:fit|fitter|in "
    r"shape|in better shape|into shape|stronger)|run a (?:full |half )?marathon|"
    r"run a half[- ]marathon|run (?:a )?(?:5|10|21|42) ?k|eat healthier|eat more protein|tone up|"
    r"bulk up|improve my (?:fitness|stamina|endurance|flexibility))"
)
EVENTS = (
    r"(?:birthday|anniversary|wedding anniversary|honeymoon|graduation|bachelorette|bachelor party|hen "
    r"party|hen do|stag do|baby shower|farewell|farewell party|wedding|engagement|promotion|retirement|"
    r"reunion|birthday party|engagement party|babymoon)"
)
PLAYED = (
    r"(?:acoustic guitar|guitar|piano|violin|drums|clarinet|saxophone|flute|cello|bass|ukulele|trumpet|"
    r"keyboard|tennis|badminton|football|soccer|basketball|volleyball|golf|padel|chess|rugby|cricket|"
    r"futsal|video games|board games|squash|hockey|baseball)"
)
PRACTISED = (
    r"(?:aerial yoga|yoga|pilates|crossfit|meditation|meditating|martial arts|karate|boxing|kickboxing|"
    r"muay thai|taekwondo|judo|jiu-jitsu|surfing|freediving|scuba diving|diving|climbing|bouldering|"
    r"pottery|ceramics|painting|gardening|journaling|woodworking|calligraphy|knitting|photography|"
    r"ballet|salsa|tai chi|zumba|weightlifting|swimming|cycling|running|jogging|hiking|baking)"
)
DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
ON_ITS_OWN = (
    r" (?:a lot|lately|again|every|regularly|loads|since|recently|for (?:years|a|two|three|five|about|"
    r"over)|twice|once|three|two|five|and|as)\b| *(?:$|[.,!)\n])"
)
GO = (
    r"(?:going|flying|travell?ing|heading|moving|driving|visiting|hosting|throwing|attending|leaving|"
    r"arriving|starting|having|meeting|taking|celebrating|running|performing|hiking|camping|getting "
    r"married|getting|joining|catching)"
)
NIGHT = (
    r"(?:(?:pork|beef|meat|red meat|fish|seafood|shellfish|chicken|dairy|gluten|eggs?|lamb|sugar|bread|"
    r"rice|nuts|spicy food|spicy|raw fish|carbs|junk food|fast food|animal products|alcohol|caffeine|"
    r"coffee))"
)

# "My love for dance" tells of the love wherever it stands.
DEVOTION = spaced(
    r"(?<![\w'])my (?:own |deep |huge |great )?(?:love|passion) (?:for|of) (?!(?:the|this|that|it|"
    r"you|my|our)\b)"
)
# So does "my shop" of its owner, when nothing says that it is only a plan.
BUSINESS = spaced(
    r"(?<![\w'])my (?:own |new |little |small |online |clothing |clothes |dance |art |design |"
    r"photography |recording |coffee |book |flower |surf |web )*(?:store|shop|boutique|bakery|"
    r"startup|biz|business|(?<=dance.)studio|(?<=own.)(?:studio|cafe|restaurant|salon|gym|company|"
    r"agency))\b"
    r"(?= *(?:$|[.,!;)\n])|'s\b| (?:and|is|has|have|for|in|on|with|from|because|so|but|will|can|"
    r"more|grow|even|up|at|since|lately|going|been|also|by|to|or)\b)(?!( is)? to be\b)"
)
UNBUILT = re.compile(
    r"\b(?:open|spot|space|place to|prepping|look(?:ing)? for|none of|idea|ideas|plan|plans|dream|"
    r"dreams|want|wanted|wanna|starting|start|someday|hope|hoping|wish|would|could|opening|sold|"
    r"closed|declined|lost|was|had|quit|used to|going to|gonna|if|favorite|favourite|local|nearest)\b"
)
# Mentioning one's spouse or children tells that they are there; tried for `my` and `our` anywhere.
MENTION = re.compile(
    r"(?<![\w'])(?:my|our(?!\s(?:children|girlfriend|boyfriend))|(?<=with\s)the(?!\s(?:lads|boys|little)\b)|(?<=and\s)the(?!\s(?:lads|boys|cats?)\b)|(?<=bringing\s)the|(?<=plus\s)the|(?<=\+\s)the|the(?=\s(?:missus|wife|husband|hubby|other half|little ones?)\b))\s(?:(?:two|three|four|"
    r"2|3|4|little|young|older|younger|eldest|youngest|oldest|lovely|dear|baby|amazing|beautiful|"
    r"new)\s)*(?=(?:wife|husband|hubby|son|sons|daughter|daughters|kids|children|toddler|baby|"
    r"twins|partner(?! in crime)|other half|girlfriend|boyfriend|fianc\u00e9e?|fiancee?|dogs?|cats?|pups?|puppy|puppies|kitten|"
    r"kitty|missus|wifey|hubs|lads?|boys?|little ones?|kiddos?|better half|flatmates?|housemates?|roommates?|roomie|rabbit|"
    r"parrot|stepsons?|stepdaughters?|teenagers?|doggos?|fella|bloke|child|spouse|newborn)\b)"
)
GONE = re.compile(
    r"\b(?:ex|late|lost|passed|died|dead|death|used to|childhood|when i was|as a kid|growing up|"
    r"miss|missed|grew up|someday|one day|future|divorced?|broke up|had|was|were|buried|rip|memory|"
    r"if|wish|used)\b"
)

# Only a clause that speaks of its writer can say what is their favourite.
OPINION = re.compile(r"\b(?:my|me)\b")
