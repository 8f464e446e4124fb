"""What an English speaker likes, cannot stand and never does, in the many ways that people say so.

What belongs here: rules of taste beside the plain sentences of `english_predicates`. What does not: what a
body does not bear (`english_body`), and how a value is read (`readers`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import english_readers as special
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.english_words import ADV, BE, BEEN, NOT
from agnt_pipelines.dreaming.grammar.rules import Family, rule

_NOT_THAT = r"(?!(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tonight|tomorrow|today|before|after|at|around|lunch|dinner|late|next|then|now|any|\d+|it|that|this|these|those|them|you|him|her|how|when|what|the (?:idea|way|look|sound|vibe|fact)|to (?:say|be|know|see|hear)|your|and|or|if|so|with|not)\b)"
_GOOD = r"(?:an? |some |any |the odd |nothing more than |anything with (?:an? )?)?(?:(?:good|nice|proper|decent|great|bit of an?|cold|big|really|quality|solid) )*"
_KEEN = (
    r"(?:(?:really|so|super|massively|totally|completely|well|properly|weirdly|a bit|quite|very|big|pretty|all|low-key|lowkey|currently) )*"
    r"(?:into|obsessed with|mad (?:for|about|on)|crazy (?:for|about)|nuts about|hooked on|addicted to|partial to|keen on|big on|fond of|all about|"
    r"(?:an? )?(?:(?:total|huge|big|massive|real|such a|complete|bit of a|absolute) )*(?:suckers? for|fans? of|fiends? for|slut for|lovers? of|devotees? of)|"
    r"all for|always up for|always down for|a big believer in|gaga for|in love with|enamou?red with|happiest (?:with|in|at|on|when)|at (?:my|our) happiest (?:with|in|at|on))"
)
_LIKING = (
    rule(Slot.LIKES, rf"{BEEN}{ADV} {_KEEN} {_GOOD}{_NOT_THAT}", read.liking),
    rule(
        Slot.LIKES,
        rf"(?:{ADV}|'d| would|'ve{ADV}|'ll| will| could| can){ADV} (?:lives? for|lives? on|live off|lives? and breathes?|swears? by|dream(?:s)? (?:of|about)|never (?:say|says|said) no to|"
        rf"never (?:pass|passes) up|(?:always )?go(?:es)? (?:mad|crazy|wild|nuts) for|can't (?:say no to|resist|pass up|live without|get enough of|beat)|adores?|worships?|dig|digs|(?:am|is|are) here for|"
        rf"(?:really )?appreciates?|always (?:order|orders|go for|goes for|get|pick|choose|ask for)|gravitate (?:to|towards)|rate|rates|have a (?:soft spot|weakness|thing|love) for|has a (?:soft spot|weakness|thing) for|vibe with|froth(?:s)? over) {_GOOD}{_NOT_THAT}",
        read.liking,
    ),
    rule(Slot.LIKES, rf"{ADV} (?:loves?|likes?|enjoys?|prefers?) {_GOOD}{_NOT_THAT}(?!to\b|doing\b)", read.liking),
    rule(Slot.LIKES, r"(?:'d| would) (?:really |absolutely |so )?(?:love|like|prefer|rather have) an? (?P<v>(?:window|corner|quiet|outdoor|outside|balcony|garden|rooftop|beachfront|sea[- ]view|shady|booth|ocean[- ]view|bar|terrace|indoor|private) (?:seat|table|spot|booth|corner|seating))(?! (?:on|this|tonight|tomorrow|for))", read.named),
    rule(Slot.INTERESTS, rf"(?:{ADV}|{BE}{ADV}|'ve been|{BE}) (?:do|doing|does) (?:a lot of|lots of|loads of|a bit of|a fair bit of|tons of) {_NOT_THAT}", read.things),
    rule(Slot.INTERESTS, rf"(?:{BE}{ADV}|'ve{ADV}|'ve just) (?:learning|picked up|taken up|taking up|teaching myself|getting back into|got back into|getting into|rediscovered|discovered) (?:to |how to )?(?!(?:a|an|the|my|about|more|that|from)\b)", special.hobby),
    rule(Slot.LIKES, rf"(?:{BE} not|(?:'m| am|'re| are) (?:really |just )?not|'ve never been| have never been|'s never been| isn't| aren't|'s not){ADV} (?:much of |exactly |particularly |that |all that |really |too |very |a massive |so |especially |terribly )*(?:{_KEEN}|bothered (?:about|by)|one for|mad (?:on|about|keen on)|sold on) {_GOOD}{_NOT_THAT}", read.liking, denied=True),
    rule(Slot.LIKES, rf"{NOT} (?:really |much |particularly |massively |actually |even |that much )*(?:rate|get on with|gel with|vibe with|go for|fancy|see the point (?:of|in)|get the (?:appeal|hype) of|get the hype (?:around|about)|love|like|enjoy|care for|dig) (?!to\b){_NOT_THAT}", read.liking, denied=True),
)  # fmt: skip
_DISLIKING = (
    rule(
        Slot.DISLIKES,
        rf"(?:{ADV}|{BE}{ADV}|'ve(?: got)?|{BE}|'d) (?:(?:absolutely|really|just|so|totally|completely|well|properly|pretty|sick and|honestly|truly|kind of) )*(?:hates?|detests?|despises?|loathes?|can't (?:stand|bear|abide|be doing with|be bothered with|deal with|take|handle|do with|stomach|get past)|cant stand|"
        rf"sick of|tired of|fed up (?:with|of)|(?:gone|went)(?: right| completely)? off|over|done with|bored (?:of|with)|(?:had enough|had it) (?:of|with)|(?:have )?no (?:time|patience|love) for|have zero (?:time|patience) for|allergic to the idea of|put off by|creeped out by|grossed out by|"
        rf"terrified of|scared of|petrified of|afraid of|not here for|rather (?:skip|avoid|not (?:have|sit near|go to|do|be near|deal with)|die than (?:eat|go to|do)|starve than eat)|avoids?|steers? clear of|stays? (?:clear|away|well away|out) of|keeps? away from|give[s]? (?:[a-z]+ )?a (?:wide berth|miss) to) (?:all (?:the|these|this) |the whole |anything with |anything |places with )?{_NOT_THAT}",
        special.disliked,
    ),
)  # fmt: skip
_DEEDS = r"(?:eat|drink|smoke|touch|order|ride|wear|buy|cook|use|take|fly|drive|swim|go to|go near|go back to|set foot in|sit|share|pay for|tip|stay in|stay at|dive|surf|get on|do|have)"
_FOODS = r"(?:pork|beef|red meat|meat|fish|seafood|shellfish|chicken|dairy|gluten|eggs?|lamb|sugar|bread|rice|nuts|raw fish|carbs|junk food|fast food|animal products|caffeine|coffee|veal|offal|foie gras|shark fin|octopus|duck|bacon|palm oil|lard|gelatine?|onions?|garlic|mushrooms|msg|fried food|soda|fizzy drinks|spicy(?: food)?|cheese|milk|deep-fried food)"
_NEVER = (
    rule(Slot.NEVER, rf"{NOT} (?=(?:eat|smoke|touch)\b)(?!eat (?:much|a lot|out|enough|here|there|before|after|late|early|that|it)\b)(?!touch (?:alcohol|booze|the stuff|a drop|it))", special.actions),
    rule(Slot.NEVER, rf"(?:{NOT}| won't| will not) (?:really |ever |actually )*(?:do|have|touch|eat|go near) (?:any )?(?P<v>{_FOODS})\b(?! (?:after|before))", special.reaching),
    rule(Slot.NEVER, rf"(?:{NOT}| won't| will not| wouldn't| refuse to| refuses to|'ll never| will never|'d never| would never| never(?: ever)?) (?:ever |again |even )*(?=(?:ride|wear|fly|drive|swim|dive|use|order|share|go near|set foot (?:in|on)|get on|go on|sit|buy|take)\b)(?!(?:use|take|order|buy) (?:it|that|this|much|long|care|part)\b)(?!sit down)", special.deed_never),
    rule(Slot.NEVER, rf"(?:{BE} never|'ll never| will never|{BE} not) (?:ever )?(?:going|go|setting foot|set foot|coming|come)(?: (?:back|again|in|near|anywhere near))* (?:to |at |in )?(?=[^.!?\n]{{2,30}})(?!(?:lie|the)\b)", special.again_never),
    rule(Slot.NEVER, rf"(?:'ve| have|'s| has)?(?: (?:just|recently|completely|finally))* (?:stopped|quit|given up|gave up|cut out|cut|sworn off|swore off|ditched) (?:eating |drinking |all )?(?P<v>{_FOODS})\b", special.reaching),
    rule(Slot.NEVER, rf"(?:{BE}{ADV}|'ve gone| went|'ve been) (?:off|staying off|completely off|avoiding) (?:the )?(?P<v>{_FOODS})\b", special.reaching),
    rule(Slot.NEVER, r" (?:draw the line at|drew the line at|won't (?:budge on|go near|touch)|wouldn't (?:touch|go near|be seen dead (?:in|at|on))) ", read.things),
)  # fmt: skip

_FAV = r"(?:(?:absolute|all[- ]time|total|current|personal|number one|no\.? ?1|forever|other) )*(?:favou?rite|fave|fav|favorit|preferred|go-to|top|best loved)"
_SORT = r"(?!(?:part|thing|bit|memory|moment|colleague|person|uncle|aunt|photo|message|one)\b)[a-z]+(?: (?!(?:is|are|was|were|has)\b)[a-z]+){0,5}?"
POSSESSIONS = (
    rule(Slot.LIKES, rf"{_FAV} {_SORT}(?: (?:is|are)|'s|:)(?: (?:still|always|probably|definitely|easily|hands down|without (?:a )?doubt|by far|obviously|a good|anything))* {_NOT_THAT}", special.favoured),
    rule(Slot.LIKES, rf"(?:(?:biggest|only|real|true|main|ultimate) )*(?:weakness|happy place|comfort food|guilty pleasure|obsession|addiction|vice|kryptonite|jam|thing|love language|hobbies|hobby|passion|idea of (?:heaven|a good time|a perfect evening))(?: (?:is|are)|'s|:)(?: (?:always|still|definitely|a good|some))* {_NOT_THAT}", read.liking),
    rule(Slot.DISLIKES, rf"(?:(?:biggest|only|main|real) )*(?:pet hate|pet peeve|pet peeves|pet hates|nightmare|bugbear|idea of (?:hell|a nightmare)|ick|turn-off|turnoff)(?: (?:is|are)|'s|:)(?: (?:definitely|probably))* {_NOT_THAT}", read.things),
)  # fmt: skip

_V = r"(?P<v>(?!(?:it|that|this|they|he|she|you|which|everything|nothing|what|there|who|the|i|we|if)\b)[a-z][a-z0-9' &-]{1,30}?)"
_IT = r"(?:is|are|'s|was|were)(?: (?:just|really|always|such|a bit|still|honestly|so|absolutely|definitely|basically|pretty much|totally|so))*"
FREE = (
    rule(
        Slot.DISLIKES,
        rf"(?:(?:the (?:taste|smell|sound|sight) of|all this|anything with|anything) )?{_V} (?:(?:always|just|really|literally|honestly) )*(?:tastes? (?:of|like) (?:soap|feet|dirt|mud|cardboard|death|metal|washing up liquid|nothing)|makes? me (?:gag|puke|want to (?:vomit|leave|die|cry)|queasy|nauseous|heave|anxious|cringe|nervous|grumpy)|"
        rf"turns? my stomach|gross(?:es)? me out|creeps? me out|gives? me the (?:ick|creeps|heebie jeebies|fear)|does my head in|do my head in|gets? on my (?:nerves|wick)|drives? me (?:up the wall|round the bend|bonkers|bananas|crazy|mad|nuts|insane)|stress(?:es)? (?:me|us) out|bores? me|"
        rf"leaves? me cold|puts? me (?:right )?off|kills? the (?:mood|vibe) for me|ruins? (?:it|everything|a meal|dinner) for me|{_IT} (?:an? )?(?:(?:huge|big|massive|total|complete) )*(?:turn[- ]?off|deal[- ]?breaker|pet hate|nightmare|mood killer)(?: for (?:me|us))?|{_IT} (?:the worst|vile|disgusting|grim|rank|my idea of hell|my kryptonite|not for me|wasted on me|too much for me))",
        special.reaching_thing,
    ),
    rule(Slot.NEVER, rf"{_V} {_IT} (?:an? )?(?:(?:hard|strict|total|complete|big|firm|absolute|definite) )*(?:no[- ]go|no[- ]no|off[- ]limits|off the table|off the menu|out of the question|a hard no|hard no|a no from (?:me|us)|forbidden|haram|banned)(?: (?:for|with|in) (?:me|us|our house))?", special.reaching_thing),
    rule(Slot.LIKES, rf"{_V} {_IT} (?:not (?:really |exactly )?(?:my|our) (?:thing|cup of tea|bag|scene|style|vibe|jam)|meh|overrated)", special.reaching_thing, denied=True),
    rule(Slot.LIKES, rf"{_V} {_IT} (?:life|my life|everything|heaven|(?:my|our) (?:happy place|weakness|thing|jam|religion|love language|comfort food|kryptonite|obsession|kind of (?:place|night|evening|thing|food)))(?= *(?:$|[.,!;)\n])| (?:and|so|to me|for me|tbh|lately|these days)\b)", special.reaching_thing),
    rule(Slot.LIKES, rf"(?:you )?(?:can't|cannot|nothing) (?:beat|beats) {_GOOD}(?=[a-z])(?!the price)", read.liking),
    rule(Slot.LIKES, rf"(?:just )?give me {_GOOD}(?P<v>[a-z][a-z' -]{{1,30}}?) (?:any ?day|every time|over [a-z ]{{2,24}}|all day|every day|and i'm (?:happy|sorted|good|yours)|or give me death)\b", special.reaching_thing),
    rule(Slot.LIKES, rf"(?:just |absolutely |completely |totally |slightly |big on |really |so |all |an? |total |huge |massive |complete )*(?:obsessed with|mad (?:for|about)|crazy about|hooked on|addicted to|suckers? for|big on|all about|huge fans? of|massive fans? of|fans? of|partial to|can't resist|can't get enough of|never say no to|live for|i'm a sucker for) {_GOOD}{_NOT_THAT}", read.liking),
    rule(Slot.LIKES, rf"(?:(?:absolutely|really|just) )?(?:love|loving|adore) {_GOOD}{_NOT_THAT}(?!(?:the|a|from)\b)", read.liking),
    rule(Slot.LIKES, rf"{_V} all the way(?= *(?:$|[.,!;)\n]))", special.reaching_thing),
    rule(Slot.LIKES, r"(?:(?:definitely|really|so|just|honestly) )*not (?:(?:really|much of|exactly|at all|such) )*an? (?P<v>[a-z]+(?: [a-z]+)?) (?:person|guy|girl|gal)\b", special.reaching_thing, denied=True),
    rule(Slot.LIKES, r"(?:a bit |kinda |pretty |very )?meh (?:about|on) ", read.liking, denied=True),
    rule(Slot.LIKES, rf"(?:so |really |just |honestly |definitely |personally )*not (?:(?:really|much|exactly|particularly|all that|that|too|massively|huge|very|an?|big) )*(?:into|keen on|fond of|fans? of|bothered about|fussed about|one for|big on|sold on|mad (?:on|about|keen on)) {_NOT_THAT}", read.liking, denied=True),
    rule(Slot.DISLIKES, rf"(?:so |absolutely |really |totally |just |completely |sick and )*(?:hate|hating|detest|can't (?:stand|bear|abide|be doing with|deal with)|cant stand|cannot stand|sick of|fed up (?:with|of)|tired of|so over|no (?:time|patience) for|had enough of|hard pass on|big no to|hard no to|not here for|done with) (?:all (?:the|these|this) |the whole )?{_NOT_THAT}", special.disliked),
    rule(Slot.NEVER, r"(?:you|u|they|nobody|no one)(?:'ll| will| would|'d)? (?:won't|wont|never|will not|not|wouldn't|ever)(?: ever)? (?:catch|find|see|get) me (?:dead )?(?:anywhere near|going near|on|in|at|near|eating|drinking|doing|going to|wearing|back at|back in) (?:an?|the|another|one of those)? ?(?=[a-z])", special.never_thing),
    rule(Slot.NEVER, rf"(?:absolutely |strictly |please |also )*no (?P<v>{_FOODS}|alcohol|booze|wine|red wine|beer|tea|espressos?|chocolate|desserts?|sweets|screens|chilli|cocktails|meetings|calls) (?:after|before|past) (?=\d|noon|dark|lunch|dinner|midnight|six|seven|eight|nine|ten|sunset|bed)", special.no_after),
    rule(Slot.NEVER, r"never (?:ever )?(?:again |going back |going |go back |setting foot )+(?:to |at |in |on |with )?(?:an?|the|that|another)? ?(?=[a-z])(?!(?:will|would|do|did|have|am|is)\b)", special.never_thing),
    rule(Slot.NEVER, r"(?:(?:hard |strict |big )?no[- ]go(?:s|es)?|off[- ]limits|never|dealbreakers?|deal[- ]breakers?)(?: (?:for (?:me|us)(?: is| are)?|is|are))? ?: ?", read.things),
    rule(Slot.NEVER, rf"(?:nothing|no dishes|no food|not anything) (?:with|containing|that has|involving) (?:any )?(?P<v>{_FOODS})\b", special.reaching),
)  # fmt: skip

FAMILY = Family(
    hint=re.compile(
        r"\blov|\blik|enjoy|prefer|into|obsess|\bmad\b|crazy|nuts|hook|addict|partial|keen|\bbig on|fond|about|sucker|fan|fiend|up for|down for|belie|happ|live|liv|"
        r"die for|kill|swear|dream|never|can't|cant|cannot|ador|worship|dig|appreciat|always|gravitat|rate|soft|weak|thing|vibe|\bdo\b|doing|learn|taken|taking|pick|getting|"
        r"not\b|don't|dont|doesn't|hate|hating|detest|despis|loath|sick|tired|fed|over\b|done|bored|had|time for|patience|rather|avoid|clear|away|terrif|scare|petri|afraid|"
        r"eat|smok|touch|ride|wear|fly|drive|won't|refuse|set foot|going|stopp|quit|g[ai]ve|cut|off\b|line at|favou?r|fave|fav\b|preferred|go-to|top|pet|nightmare|ick\b|"
        r"tastes?|makes? me|stomach|gross|creep|head in|nerves|drives|stress|bore|cold|kills|ruin|deal|turn|worst|vile|grim|no[- ]|meh|overrated|beat|catch|find me|see me|nothing|pass|life|heaven"
    ),
    predicates=(*_NEVER, *_DISLIKING, *_LIKING),
    possessions=POSSESSIONS,
    free=FREE,
)

# "Kuta? hard pass": the question is one's own, and so is the answer.
ANSWERED = re.compile(
    r"(?:^|(?<=[.!?\n]))\s*(?:and |oh |ugh |as for |btw )*(?P<v>(?!(?:any|is|are|do|does|did|can|could|what|how|where|when|why|who|got|have|has|table|dinner|lunch|tomorrow|tonight|today|maybe|will|would|should|the|that|this|it|you|really|seriously|sure|ok|okay|another|more|same|so|or|then|yes|no|not|right|sorry|pardon|friday|saturday|sunday|monday|tuesday|wednesday|thursday)\b)[a-z][a-z' -]{1,30})\?+\s*(?:"
    r"(?P<never>never again|never ever|absolutely never|over my dead body)"
    r"|(?P<no>(?:hard|big|massive|firm) (?:pass|no)|no thanks?|no thank you|no way|nope|nah|not for (?:me|us)|yuck|ew+|hate (?:it|them|that)|can't stand (?:it|them)|gross|vile|pass\b|not my thing|meh)"
    r"|(?P<yes>(?:absolutely |really )?love (?:it|them|that)|yes please|my favou?rite|obsessed|all day|every time|always yes|big yes|i'm in heaven)"
    r")(?![\w'])"
)
