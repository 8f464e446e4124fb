"""What an English speaker's body bears and what it is asked to do: allergies, diet, drink, access, fitness.

What belongs here: how people tell of these beside the plain sentences of `english_predicates`. What does
not: tastes (`english_taste`), and how a value is read (`readers`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import english_readers as special
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.english_words import ADV, BE, BEEN, HARM, NOT
from agnt_pipelines.dreaming.grammar.rules import Family, rule
from agnt_pipelines.dreaming.grammar.vocabulary import ALLERGEN, DIET, alternatives

_AM = rf"(?:{BEEN}{ADV}|{ADV})"
_VERY = r"(?: (?:severely|highly|deathly|badly|mildly|super|extremely|really|very|quite|violently|horribly|seriously|a bit|slightly|hyper|properly))?"
_SEVERE = r"(?:(?:an?|the|this|my|really|very|pretty|quite) )*(?:(?:severe|serious|bad|mild|strong|deadly|known|proper|nasty|slight|life-threatening|full-on|terrible|awful) )*"
_CANT = r"(?:can't|cant|cannot|can not|couldn't|mustn't|must not|am not allowed to|'m not allowed to|'m not supposed to|shouldn't)(?: (?:really|even|ever|actually|physically|touch or))*"
_SICK = (
    r"(?:swells?(?: right)? up|puffs? up|breaks? out(?: in (?:hives|a rash|spots))?|comes? (?:out|up) in (?:hives|a rash|spots|lumps|welts)|gets? (?:really |very |so |properly )?(?:hives|a rash|sick|ill|itchy|"
    r"migraines|a reaction|bloated|cramps)|throws? up|ends? up in (?:hospital|a&e|the er)|goes? into (?:shock|anaphylaxis)|can't breathe|reacts?(?: (?:badly|horribly|terribly|really badly))?|(?:have|has|had) an? (?:bad )?reaction)"
)
_FINE = (
    r"(?:(?:is|are|was|were|turned out(?: to be)?) (?:totally |perfectly |absolutely |completely |all |actually )?(?:fine|ok|okay|no problem|no longer an? (?:issue|problem)|"
    r"not an? (?:issue|problem)|safe)(?: (?:for|with) (?:me|us))?(?: (?:now|again|after all|these days|any ?more))+|"
    r"(?:is|are) (?:no|not an?|no longer an?) (?:problem|issue|trouble) (?:for|with) me|(?:doesn't|don't) (?:bother|affect|trouble) me (?:now|any ?more)|"
    r"(?:is|are) back on the menu)"
)
_EATS = r"(?:eat|have|tolerate|touch|handle|do|drink)"
_ANY = r"(?:(?:any|anything|food|dishes|stuff|things?|the|my) )*(?:(?:with|containing|that has|that contains|made (?:with|of|from)) )?(?:any )?"

DRINKS = (
    "red wine", "white wine", "natural wine", "orange wine", "sparkling wine", "wine", "reds", "whites", "rose", "ros\u00e9", "craft beer", "craft beers", "beer",
    "beers", "lager", "ipa", "ipas", "stout", "guinness", "cider", "cocktails", "gin", "gin and tonic", "gin and tonics", "g&t", "g&ts", "gin & tonic", "whisky",
    "whiskey", "bourbon", "scotch", "rum", "vodka", "vodka soda", "vodka sodas", "tequila", "mezcal", "sake", "soju", "arak", "champagne", "prosecco", "bubbles",
    "fizz", "margaritas", "negronis", "martinis", "spritz", "aperol", "aperol spritz", "mocktails", "bintang", "bintangs", "spirits", "old fashioneds", "mojitos",
    "pinot noir", "malbec", "sauvignon blanc", "chardonnay", "riesling", "burgundy", "kombucha", "0% beer", "alcohol-free beer", "non-alcoholic beer", "tonic water",
)  # fmt: skip
_DRINK = rf"(?:{alternatives(DRINKS)})"
_BOOZE = r"(?:alcohol|booze|the booze|the drink|the sauce|drinking|drink|liquor|the bottle)"
_SPAN = r"(?:(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a few|several|almost \w+|nearly \w+|over \w+|a couple of) (?:and a half )?(?:days?|weeks?|months?|years?))"
_STOPPED = r"(?:stopped|quit|given up|gave up|cut out|kicked|swore off|sworn off|packed in|knocked (?:\w+ )?on the head)"

_ALLERGIES = (
    rule(Slot.ALLERGY, rf"{_AM}{_VERY} (?:allergic|intolerant|hypersensitive|anaphylactic|sensitive) to (?!light\b|noise\b|heat\b|[a-z]+ing\b)", read.things),
    rule(Slot.ALLERGY, rf"{_AM}{_VERY} (?P<v>{ALLERGEN})[ -](?:intolerant|allergic|sensitive)\b", read.named),
    rule(Slot.ALLERGY, rf"{ADV} (?:react(?:s|ed)?|reacting)(?: (?:really )?(?:badly|horribly|terribly|violently|strongly))? to (?!(?:it|that|this|the news)\b)", read.things),
    rule(Slot.ALLERGY, rf"(?:'ve got| have| has|'ve| got|'s got| suffer from| suffers from){ADV} {_SEVERE}(?:allerg(?:y|ies)|intolerance|sensitivity|reaction) to ", read.things),
    rule(Slot.ALLERGY, rf"(?:'ve got| have| has|'ve| got|'s got){ADV} {_SEVERE}(?P<v>{ALLERGEN}|latex|histamine)(?: (?:intolerance|sensitivity|allergy))\b", read.named),
    rule(Slot.ALLERGY, rf"{ADV} {_SICK}(?= (?:if|when|whenever|from|with|after|every time|at|as soon as|just) )[^.!?\n]{{1,40}}?\b(?P<v>{ALLERGEN})\b", read.named),
    rule(Slot.ALLERGY, rf"{ADV} {_SICK}(?= (?:if|when|whenever|every time|as soon as) [^.!?\n]{{1,36}}?\b(?P<v>{ALLERGEN})\b)", read.named),
    rule(Slot.ALLERGY, rf"{ADV} {_CANT} (?:go (?:near|anywhere near)|be (?:near|around)|touch|come near|even smell|risk|have|eat|do|drink|tolerate|stomach|digest|process|come into contact with) {_ANY}(?P<v>{ALLERGEN}|latex)\b(?! after\b)", read.named),
    rule(Slot.ALLERGY, rf"{ADV} (?:carry|carries|have|has|need|needs)(?: (?:an?|my|his|her))? epi-?pens? (?:for|because of|due to) (?:(?:my|his|her|an?) )?(?P<v>{ALLERGEN})\b", read.named),
    rule(Slot.ALLERGY, rf"{BE}{ADV} (?:an? )?(?P<v>coeliac|celiac)s?\b", read.intolerance),
    rule(Slot.ALLERGY, r"(?: (?:was|were|got)|'ve been| have been)(?: (?:just|recently|finally))* diagnosed (?:with |as )?(?:a )?(?P<v>coeliac|celiac|lactose intolerant|gluten intolerant)\b", read.intolerance),
    rule(Slot.ALLERGY, rf"(?:{BE} not| (?:isn't|aren't|am not|was never|were never)|'ve never been| have never been){ADV} (?:actually )?(?:allergic|intolerant|sensitive) to ", read.things, denied=True),
    rule(Slot.ALLERGY, rf"(?: can| can finally|'m allowed to| am allowed to|'ve started){ADV} {_EATS}(?:ing)? (?P<v>{ALLERGEN}) (?:again|now|after all)\b", special.again, denied=True),
    rule(Slot.ALLERGY, rf"(?:'ve| have| has|'s)? ?(?:outgrew|outgrown|grew out of|grown out of|got over) (?:my |the |his |her )?(?P<v>{ALLERGEN})(?: allergy)?\b", read.named, denied=True),
    rule(Slot.ALLERGY, rf"{NOT} have (?:an? |the |any )?(?P<v>{ALLERGEN}) (?:allergy|intolerance)\b", read.named, denied=True),
    rule(Slot.ALLERGY, rf" (?:tested|came back|came up) (?:negative|clear) for (?P<v>{ALLERGEN})\b", read.named, denied=True),
)  # fmt: skip
_DIETS = (
    rule(
        Slot.DIET,
        rf"(?:{BEEN}|'ve gone| have gone|'s gone| went| turned| became|'ve become| eats?| keeps?| follows?| stick to| sticks to|(?:{BE}| try to| tries to) (?:do|doing|eat|eating|following|keeping|trying to (?:be|eat|go)))"
        rf"{ADV}(?: (?:back to|back on|an?|on|on an?|on the|to|a hundred percent|100%|fully|entirely|all|currently))*(?: (?:strict|lifelong|committed|practising|practicing|very|bit of a|mostly|mainly))* (?P<v>{DIET})\b"
        r"(?! (?:restaurants?|place|places|friendly|curious|options?|cafes?|recipes?|cook|chef|blog|menus?|owner|bakery|spots?|leather|shoes))",
        read.diet,
    ),
    rule(Slot.DIET, rf"(?:'ve never been| have never been|'ve never eaten| was never|'m never|{BE} (?:definitely |certainly |absolutely )?(?:not|no longer)|{NOT} (?:eat|do|keep|follow))(?: (?:an?|actually|even|any|strictly))* (?P<v>{DIET})\b(?! (?:food|place|restaurant))", read.diet, denied=True),
    rule(Slot.DIET, rf"(?:'ve| have|'s| has)? ?(?:stopped|quit|given up|gave up|ditched|dropped|came off|done with) (?:being |doing |the |eating )?(?:an? |whole )*(?P<v>{DIET})\b", read.diet, denied=True),
)  # fmt: skip
_DRINKING = (
    rule(Slot.ALCOHOL, rf"(?:{NOT}|(?:'ve| have) never| never){ADV} (?:touch|drink|do|have|consume|drunk|touched)(?: (?:any|a drop of|much))* ?(?:(?:alcohol|booze|the stuff|liquor)\b|(?<=drink)(?= *(?:$|[.,!;)\n])))", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, rf"(?:{BEEN}{ADV}|{ADV}) (?:off|staying off|laying off) (?:the )?(?:booze|alcohol|drink|sauce|beers?|grog|bottle)\b", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, rf"(?:{BEEN}{ADV}) (?:(?:an?|totally|completely|now|still|proudly) )*(?:on the wagon|sober|teetotal(?:l?er)?|alcohol[ -]free|non[- ]drinkers?|not (?:a |much of a |big )?drinkers?|not drinking|{_SPAN} (?:sober|clean|dry|alcohol[ -]free))\b(?! (?:coffee|enough))", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, rf"(?:'ve| have|'s| has)? ?(?:recently |just |finally )?{_STOPPED} {_BOOZE}\b(?! (?:coffee|soda|tea|milk|enough|games))", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, r"(?: haven't| have not|'ve not| hasn't)(?: (?:had|touched))(?: (?:an?|any|a drop of))? (?:drink|alcohol|booze)\b", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, rf"{BE}{ADV} (?:more of )?an? (?P<v>{_DRINK}) (?:drinker|girl|guy|man|woman|lover|person|kind of (?:girl|guy|person)|boy|fan|snob)\b", read.named),
    rule(Slot.ALCOHOL, rf"{ADV} (?:only )?(?:stick|sticks|sticking|stuck|keep) (?:to|with) (?P<v>{_DRINK})\b", read.named),
    rule(Slot.ALCOHOL, rf"(?:{ADV}|'ll| will) (?:only |just |mostly |usually )*(?:drinks?|order|have|go for|ever drink)(?: (?:only|just|mostly|nothing but|mainly))+ (?P<v>{_DRINK})\b", read.named),
    rule(Slot.ALCOHOL, rf"(?:'ve| have)? ?switched (?:from \w+ )?to (?P<v>{_DRINK})\b", read.named),
)  # fmt: skip
_STAIRS = r"(?:the )?(?:stairs?|steps?|staircases?|flights? of (?:stairs|steps)|lots of (?:stairs|steps))"
_NEEDING = (
    rule(Slot.ACCESSIBILITY, rf" (?=(?:can't|cant|cannot|can not|don't|dont|do not|struggles? with|am not able to|'m not able to)(?: (?:really|even|quite))* ?(?:do|climb|manage|use|handle|cope with|take|get up)? {_STAIRS}\b)", read.access),
    rule(Slot.ACCESSIBILITY, rf"(?:{ADV} (?:uses?|using|needs?|requires?|rel(?:y|ies) on|gets? (?:around|about) (?:in|on|with)|(?:'ve|have|has|'s)(?: got)?|comes? with|walks? with)|{BE}{ADV}(?: (?:in|on|using|bound to))?|'ll be (?:in|on|using)| will be (?:in|on|using)|'ve got| have| has)(?: (?:an?|my|our|his|her|some|partially|very|slightly|the|electric|profoundly|pretty much|completely|temporarily|folding))* (?=(?:wheelchair|step[ -]free|deaf|blind|crutches|hard of hearing|hearing impaired|visually impaired|low vision|walking (?:stick|frame|aid)|walker|cane|mobility scooter|guide dog|service dog|assistance dog|hearing loop|hearing aids?|ramp|accessible|disabled)\b)", read.access),
)  # fmt: skip
_AIM = r"(?:trying|aiming|hoping|looking|working|determined|training|want|wanna|wants|would like|'d like|need|needs|plan|planning|hope|keen|dying|desperate)"
_FEAT = (
    r"(?:marathons?|half|triathlon|iron ?man|hyrox|spartan|\d+(?:\.\d+)? ?(?:k|km|kms|kg|kgs|kilos?|lbs?|pounds?|miles?|metres?|meters?|steps)|push[- ]?ups?|pull[- ]?ups?|chin[- ]?ups?|sit[- ]?ups?|"
    r"burpees?|squats?|deadlifts?|bench(?: press)?|planks?|handstands?|the splits|muscle[- ]ups?|headstands?|weight|belly|gut|body ?fat|abs|six[- ]pack|muscle|fit|fitter|shape|stronger|lean|leaner|toned|"
    r"flexible|flexibility|cardio|stamina|endurance|race|laps?|lengths|freediv\w+|ultra(?: ?marathon)?|hike|climb|trek|touch my toes|a few kilos|few pounds|park ?run)"
)
_TRAINING = (
    rule(Slot.FITNESS_GOAL, rf"{BE}{ADV} (?:in training|training|preparing|prepping|getting ready|signed up|in prep|gearing up|registered|entered)(?: hard)? for (?:the |an? |my |our )?(?:(?:first|next) )?(?!(?:it|this|that|a living|work)\b)(?=[^.!?]{{0,40}}\b(?:{_FEAT[3:-1]}|comp\w*|fight|championship\w*|season|tournament|ride|climb|hike|summit|swim|trek|ultra|event|open)\b)", read.things),
    rule(Slot.FITNESS_GOAL, r"(?:'ve| have)? ?(?:signed up for|entered|registered for) (?:the |an? |my |our )?(?:(?:first) )?(?=[^.!?]{0,30}\b(?:marathon|triathlon|iron ?man|hyrox|10k|5k|race|ultra)\b)", read.things),
    rule(Slot.FITNESS_GOAL, rf"(?:{ADV}|{BE}{ADV}) {_AIM}(?: (?:to|on|for|towards))*(?: (?:be able to|get to|get up to|work up to|build up to|reach|hit|manage|do|finally|just))* (?=[^.!?,\n]{{0,30}}?\b{_FEAT}\b)(?!(?:book|eat|find|see|come|the marathon)\b)", special.feat),
)  # fmt: skip

PREDICATES = (*_ALLERGIES, *_DIETS, *_DRINKING, *_NEEDING, *_TRAINING)

POSSESSIONS = (
    rule(Slot.ALLERGY, rf"(?:skin|stomach|throat|eczema|asthma|gut|ibs|tummy|belly|lips?|tongue|face) (?:flares? up|plays? up|reacts?|kicks? off|goes mad|closes? up|swells?(?: up)?|itches|burns|puffs? up)(?: (?:with|from|to|after|around|if|when|whenever|i|eat|have|any|eating))* (?P<v>{ALLERGEN})\b", read.named),
    rule(Slot.ACCESSIBILITY, r"(?=hearing(?:'s| is) (?:really |pretty |very |quite )?(?:bad|poor|terrible|going|shot))", read.access),
    rule(Slot.ALLERGY, rf"(?P<v>{ALLERGEN}) (?:allergy|intolerance)(?: (?:is|was|has|turned out))+ (?:gone|nothing|a false alarm|wrong|cleared up|history|over|a misdiagnosis|disappeared|all clear)", special.reaching, denied=True),
    rule(Slot.ALLERGY, r"(?:only |main |worst |biggest )?(?:allerg(?:y|ies)|intolerances?)(?: (?:is|are|would be)|:) (?:to )?", read.things),
    rule(Slot.ALCOHOL, rf"(?:usual |favou?rite |go-to |regular )?(?:tipple|poison|drink(?: of choice)?|drinks)(?: is|'s|:| has always been| will always be)(?: an? (?:good |cold |proper )?| still | always )*? ?(?P<v>{_DRINK})\b", read.named),
    rule(Slot.FITNESS_GOAL, rf"(?:\w+ )?(?:goal|target|aim|new year's resolution|resolution|mission)(?: (?:is|this year is|for \w+ \w+ is|by \w+ is|right now is)|:|'s) (?:to )?(?:(?:be able to|get to|reach|hit|finally) )*(?=[^.!?,\n]{{0,30}}?\b{_FEAT}\b)", special.feat),
)  # fmt: skip

_V = r"(?P<v>(?!(?:it|that|this|they|he|she|you|which|everything|nothing|what|something|the)\b)[a-z][a-z' -]{1,30}?)"
FREE = (
    rule(Slot.ALLERGY, rf"(?:(?:the|even|just|any|all|eating|raw|a bit of|too much) )*{_V} (?:always |really |just |literally |usually |seriously |properly |kind of )*{HARM}", special.upset),
    rule(Slot.ALLERGY, rf"{_SEVERE}(?P<v>{ALLERGEN}|latex) (?:allergy|intolerance|allergies)\b(?! (?:menu|info|card|friendly|sufferers?))", read.named),
    rule(Slot.ALLERGY, rf"{_SEVERE}(?:(?:food )?allerg(?:y|ies)|allergic|reaction|intolerant|intolerance)[ :]+(?:to |is |are )*(?={ALLERGEN}\b)", read.things),
    rule(Slot.ALLERGY, rf"(?:please )?(?:keep|hold|leave out|leave off|skip)? ?(?:the )?(?P<v>{ALLERGEN}) {_FINE}", special.reaching, denied=True),
    rule(Slot.ALLERGY, rf"(?:please |you can )?(?:scrap|forget|ignore|disregard|scratch|delete|cancel|take back|never mind) (?:what|the (?:thing|bit|stuff|part)|everything|my|that)(?: (?:i|we) (?:said|told you|mentioned))? ?(?:about|with|re|regarding)? ?(?:my |the |me and |being allergic to )*(?P<v>{ALLERGEN})(?: allergy| thing)?\b", read.named, denied=True),
    rule(Slot.ALLERGY, rf"(?:the )?(?:test|tests|results|doctor|allergist)\b[^.!?\n]{{0,50}}?\b(?:not allergic to|cleared (?:me )?(?:of|for)|all clear on|all clear for) (?P<v>{ALLERGEN})\b", read.named, denied=True),
    rule(Slot.DIET, rf"(?:as an? |being an? |{_SPAN} |strictly |strict |lifelong |fully |still |always |100% |only |just )*(?P<v>{DIET})(?:(?:,| so)? (?:household|family|couple|here|over here|for (?:{_SPAN}|life|years|ages|me|us|both)|since \w+|all the way|only|always|please|pls|i|we|ideally|if possible|no exceptions|both of us|btw)\b)(?! (?:options?|place|friendly))", read.diet),
    rule(Slot.DIET, rf"(?:it |food |everything |the food |all |meat |the meat |that )?(?:has to|needs to|must|have to|should|gotta|got to) (?:all )?be (?:strictly |certified |fully |properly )?(?P<v>{DIET})\b(?! (?:friendly|option))", read.diet),
    rule(Slot.DIET, rf"(?:i|we) (?:only|always) (?:go|book|eat)(?: (?:at|to|in))? (?P<v>{DIET})\b", read.diet),
    rule(Slot.DIET, rf"(?:recently |just |now |currently |mostly |finally |back to )*(?:went|gone|going|turned|been|eating|doing|trying) (?:fully |back to |mostly |strictly )?(?P<v>{DIET})(?= *(?:$|[.,!;)\n])| (?:in|since|for (?:{_SPAN}|now|good|lent)|this|last|again|now|these|and|so|after|because)\b)", read.diet),
    rule(Slot.ALCOHOL, rf"(?:{_SPAN} (?:sober|clean|dry|alcohol[ -]free|off the (?:booze|drink|sauce)|without (?:a drink|alcohol))|sober(?: (?:since|for)| now|$)|off the (?:booze|drink|sauce)|on the wagon|strictly teetotal|teetotal (?:here|household)|non[- ]drinkers? here)", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, r"(?:no|zero) (?:alcohol|booze|drinks?)(?: (?:for (?:me|us)|anymore|any more|at all|ever|these days|on my side))", special.abstaining, denied=True),
    rule(Slot.ALCOHOL, rf"(?:only|just|strictly|sticking to|stick to|always|mostly|nothing but|back on|back to) (?:the )?(?P<v>{_DRINK})(?: (?:for (?:me|us)|these days|from now on|only|now|all the way|here))", read.named),
    rule(Slot.ALCOHOL, rf"(?P<v>{_DRINK}) (?:drinker|girl|guy|lover|man) (?:here|through and through|over here)", read.named),
    rule(Slot.ALCOHOL, rf"(?:sticking|stick) to (?P<v>{_DRINK})\b", read.named),
    rule(Slot.ACCESSIBILITY, rf"(?=(?:(?:we|i)(?:'ll| will)? need )?(?:somewhere |anywhere |a place |ground floor |must be |has to be |needs to be |please )?(?:(?:with )?(?:no|without|step[ -]free|wheelchair[ -](?:accessible|friendly)|ramp access)(?: {_STAIRS})?(?: (?:for (?:me|us|my \w+)|please|pls|needed|access|is a must))+))", read.access),
    rule(Slot.ACCESSIBILITY, rf"(?={_STAIRS} (?:are|is) (?:a (?:real |big )?(?:problem|no-go|struggle|nightmare|issue)|(?:hard|difficult|tough|impossible|out of the question|beyond|not possible|murder|off limits|not an option)) ?(?:for (?:me|us)|on my \w+|me)?)", read.access),
    rule(Slot.FITNESS_GOAL, rf"(?:still |currently |now |just )*(?:trying|aiming|hoping|working|training|looking) (?:to |on |for |towards )(?:(?:be able to|get to|get up to|work up to|build up to|reach|hit|manage) )*(?=[^.!?,\n]{{0,30}}?\b{_FEAT}\b)(?!(?:book|eat|find|see|come)\b)", special.feat),
)  # fmt: skip

FAMILY = Family(
    hint=re.compile(
        r"\bm[ey]\b|guy\b|girl\b|drinker|lover|allerg|intoleran|sensitiv|anaphyla|react|hives|rash|swell|sick|\bill\b|migraine|agree|stomach|gut\b|hospital|kill me|poison|"
        r"epi-?pen|coeliac|celiac|\bcan't|\bcant\b|cannot|problem|issue|fine|\bok|again|outgr|grew out|negative|asthma|itch|"
        r"scrap|forget|ignore|diet|veg|halal|kosher|gluten|keto|paleo|plant|free\b|carb|low|jain|meat|drink|sober|booze|alcohol|wagon|"
        r"teetotal|sauce|stick|only|just|switched|quit|gave up|given up|stopped|tipple|poison|wine|beer|gin\b|stairs|steps|step[ -]free|wheelchair|"
        r"crutch|deaf|blind|hearing|walk|cane|scooter|ramp|train|trying|aim|goal|want|wanna|like to|hop(?:e|ing)|work|sign|marathon|target|resolution|menu|flesh|mix\b|get on"
    ),
    predicates=PREDICATES,
    possessions=POSSESSIONS,
    free=FREE,
)
