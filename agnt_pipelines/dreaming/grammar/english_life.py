"""An English speaker's life: where they live and come from, what they do, with whom, and their dates.

What belongs here: how people tell of these beside the plain sentences of `english_predicates`. What does
not: plans and habits (`english_time`), tastes (`english_taste`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import english_readers as special
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.english_words import ADV, BE, EVENTS
from agnt_pipelines.dreaming.grammar.rules import Family, rule
from agnt_pipelines.dreaming.grammar.vocabulary import RUNS, TRADE, TRADE_FIELD, alternatives

_LODGING = r"(?:place|house|home|villa|flat|apartment|condo|room|lease|kos|homestay|land|loft|studio|pad|bungalow|cottage|spot|keys|rental|keys (?:to|for) (?:an?|our|the|my) (?:[a-z]+ )?(?:place|house|villa|flat|apartment))"
_WHERE = r"(?:in|to|over in|up in|down in|out in|near|at|over to|around|just off|just outside|close to|on the edge of|by|behind)"
_JUST = r"(?: (?:just|recently|finally|now|only just|literally just|officially|actually|since|then|all))*"
_HAVE = r"(?:'ve| have|'s| has|ve)?"
_OLD = r"(?:the |our |my |that )?(?:old )?"
_AWAY = r"(?! (?:for (?:a|the|two|three|\d)|until|till|this (?:week|weekend)|tonight|next))"

_HOMES = (
    rule(Slot.HOME_AREA, rf"{_HAVE}{_JUST} (?:signed|got|took|taken|bought|found|rented|renting|moved|leased|built|picked up|landed|closed on|put (?:down )?a deposit on|own|have|rent|buy|build)(?: (?:up|on|into))?(?: (?:an?|the|our|my|own|little|new|long[- ]term|yearly|year's|two|three|bedroom|two-bed|bed|small|big|nice|whole))* {_LODGING} {_WHERE} {_AWAY}", special.home),
    rule(Slot.HOME_AREA, rf"{_HAVE}{_JUST} (?:moved|relocated|shifted|upped sticks|settled|resettled|landed)(?: (?:everything|house|home|back|over|across|up|down|out|here|from [a-z]+(?: [a-z]+)?))* (?:to|in|into) ", special.home),
    rule(Slot.HOME_AREA, rf"(?:{BE}{ADV}|{_HAVE}{_JUST}(?: been)?) (?:currently |permanently |normally |mostly |usually )*(?:based|living|settled|renting|housed|set up|rooted|residing|located|holed up)(?: (?:full[- ]time|permanently|long[- ]term|here|happily|out|up|down|over))* (?:in|at|near|around|out of|over in|up in) {_AWAY}", special.home),
    rule(Slot.HOME_AREA, rf"{ADV} (?:lives?|resides?|rents?|stays?)(?: (?:full[- ]time|permanently|year[- ]round|just|right|here|up|down|out|over|literally|a (?:five|ten|two|\d+) minutes? (?:walk|drive)?|these days))* (?:in|near|off|around|behind|by|next to|outside|over in|up in|down in) (?!{_JUST}(?:hotel|hostel|resort)){_AWAY}", special.home_stay),
    rule(Slot.HOME_AREA, rf"(?:{BE}|'ve been| have been){ADV} (?:in|over in|up in|down in|out in) (?=[^.!?\n]{{2,22}} (?:these days|full[- ]time|permanently|for good|year[- ]round|for (?:\w+ )?(?:years|months)|since)\b)", read.area_only),
    rule(Slot.HOME_AREA, rf"{_HAVE}{_JUST} (?:gave up|given up|(?:left|lost)(?=[^.!?\n]{{3,40}}\b(?:for good|last (?:week|month|year)|(?:months|years|weeks) ago|after (?:\w+ )?(?:years|months)|in (?:january|february|march|april|may|june|july|august|september|october|november|december|20\d\d)|house|villa|flat|place|apartment|lease)\b)|sold|moved out of|moved away from|moved on from|got rid of|let go of|handed back|ended|said goodbye to|vacated|cleared out of|packed up|handed in) (?:the (?:lease|keys|flat|house|villa|room|place) (?:on|to|in|for) )?{_OLD}(?:place |house |villa |flat |apartment |room |rental )?(?:in )?", special.left_home, denied=True),
    rule(Slot.HOME_AREA, rf"(?:{BE}{ADV} (?:out of|no longer in|not in|done with|moving out of|leaving|not based in|not living in|no longer based in|no longer living in)|{ADV} (?:don't|dont|do not) live (?:in|near)|{ADV} no longer lives? (?:in|near)|(?:'ve| have|'s| has)? ?moved out of) {_OLD}(?:place |house |villa )?(?:in )?", special.left_home, denied=True),
)  # fmt: skip
_NATION = alternatives((
    "australian", "aussie", "aussies", "american", "americans", "british", "brit", "brits", "english", "scottish", "welsh", "irish", "german", "germans", "dutch",
    "french", "italian", "italians", "spanish", "portuguese", "russian", "russians", "ukrainian", "polish", "swedish", "danish", "norwegian", "finnish", "swiss",
    "austrian", "belgian", "greek", "turkish", "indian", "indians", "chinese", "japanese", "korean", "thai", "vietnamese", "filipino", "malaysian", "singaporean",
    "canadian", "canadians", "mexican", "brazilian", "argentinian", "colombian", "chilean", "south african", "kiwi", "kiwis", "new zealander", "israeli", "lebanese",
    "egyptian", "moroccan", "nigerian", "kenyan", "javanese", "balinese", "sundanese", "indonesian", "czech", "hungarian", "romanian", "georgian",
))  # fmt: skip
_ORIGINS = (
    rule(Slot.ORIGIN, rf"(?:{BE}{ADV} (?:originally |actually |born and bred |all the way |over |here )*from| hails? from| (?:originally |actually )?(?:comes?|came) (?:over |here |all the way )?from| grew up (?:in|near|outside)|(?: (?:was|were)|'m| am)? ?(?:born and (?:raised|bred)|born|raised|brought up) (?:and (?:raised|bred) )?in) ", read.place),
    rule(Slot.ORIGIN, rf"{BE}{ADV} (?:an? )?(?:proud |typical |fellow |half |born |originally )?(?P<v>{_NATION})(?= *(?:$|[.,!;)\n])| (?:and|so|but|guy|girl|man|woman|couple|family|by birth|born|originally|expats?|living|here)\b)", read.named),
)  # fmt: skip
_A = r"(?:(?:an?|the|your|just|only|actually|currently|now|also|still|basically|technically|another|fellow|humble) )*"
_TRADE = TRADE.pattern.replace("(?P<trade>", "(?:")
_WORKS = (
    rule(Slot.OCCUPATION, rf"{BE}{ADV} (?:an? )?(?P<v>[a-z][a-z' -]{{2,30}}?) (?:by (?:trade|profession|training|day|vocation|background)|for a living|as a day job)\b", read.lessons),
    rule(Slot.OCCUPATION, rf"{ADV} (?P<v>[a-z][a-z' -]{{2,36}}?) (?:for a living|for work|professionally|for my job|as a job|for my sins)\b", special.living),
    rule(Slot.OCCUPATION, rf"(?:{ADV} (?:works?|worked|working|freelances?|moonlights?|trained|qualified|retrained)|{BE}{ADV} (?:working|freelancing|employed|training|retraining|out here working|qualified)|'ve been (?:working|freelancing)|'ve (?:just )?(?:started|qualified|retrained)|{_HAVE}(?: just)? (?:started|got|landed|took|accepted)(?: (?:an?|my|the|new|first|dream))* (?:job|work|gig|role|position)|(?: got| 've got| have) (?:an?|my|the)?(?: \w+)? job) (?:full[- ]time |part[- ]time |remotely |mostly |freelance |here |now )*as (?:an? |the )?(?P<v>[a-z][a-z' -]{{2,40}})", special.job),
    rule(Slot.OCCUPATION, rf"{BE}{ADV} (?:the |an? )?(?=(?:[a-z-]+ ){{0,2}}(?:{_TRADE})\b)", read.trade),
    rule(Slot.OCCUPATION, rf"(?:{ADV} works?|{BE}{ADV}(?: working)?|'ve worked|'ve been(?: working)?| spent \w+ years)(?: (?:full[- ]time|remotely|mostly|years|my whole life))* in (?:the )?(?P<v>(?:[a-z]+ )?{TRADE_FIELD})(?: (?:industry|business|trade|game|sector|world))?(?= *(?:$|[.,!;)\n])| (?:and|so|but|for|now|these|here)\b)", read.named),
    rule(Slot.OCCUPATION, rf"{ADV} teach(?:es|ing)? (?P<v>(?!(?:him|her|them|you|us|it|my|our|the|a|at|in|on|during|all|every|most|online|here|full|part|from|for|classes|lessons)\b)[a-z]+)\b", special.teaches),
    rule(Slot.OCCUPATION, rf"{ADV} teach(?:es)?(?= *(?:$|[.,!;)\n])| (?:at|in|during|all|every|most|online|here|full|part|from|for|kids|classes)\b)", read.fixed("teacher")),
    rule(Slot.OCCUPATION, r" no longer works? as (?:an? |the )?", read.trade, denied=True),
    rule(Slot.OCCUPATION, rf" {RUNS}", read.fixed("business owner")),
    rule(Slot.OCCUPATION, rf"{BE}{ADV} (?:an? |now |semi-|newly |happily )*(?P<v>retired|unemployed|self[- ]employed|between jobs|stay[- ]at[- ]home (?:mom|mum|dad|parent)|homemaker|freelancer|pensioner|digital nomad)\b", read.named),
)  # fmt: skip
_MANY = r"(?:\d{1,2}|two|three|four|five|six)"
_HOMEFOLK = (
    rule(Slot.HOUSEHOLD, rf"(?:{ADV} (?:have|has|had|got)|'ve(?: got)?|'s got| got|{BE}{ADV} (?:bringing|travell?ing with|coming with|here with|with|taking|out with|parents? (?:of|to)))(?: (?:an?|the|my|our|also|both|along|over))* (?=(?:[\w-]+ ){{0,3}}?(?:kids?|child|children|toddlers?|baby|babies|newborn|twins?|sons?|daughters?|boys|dogs?|cats?|pupp(?:y|ies)|kittens?|wife|husband|partner|flatmates?|housemates?|roommates?)\b)", special.members_after),
    rule(Slot.HOUSEHOLD, rf"{BE}{ADV} (?:an? )?(?:(?:proud|single|busy|tired|new|stay-at-home|working|first-time) )*(?:mum|mom|dad|mother|father|parents?|mama|papa) (?:of|to) (?:an? )?(?=(?:{_MANY}|\w+ )? ?)", special.parent_of),
    rule(Slot.HOUSEHOLD, rf"{ADV} (?:lives?|living|shares?(?: an?)?(?: (?:house|flat|villa|place|apartment))?) with (?:my |our |the |an? )?", read.members),
    rule(Slot.HOUSEHOLD, rf"(?:{BE}{ADV}|{_HAVE}{_JUST}(?: got)?|{_HAVE}{_JUST} been|{BE} now) (?:(?:an?|happily|newly|recently|freshly|very|still|currently|now|just) )*(?P<v>married|divorced|engaged|widowed|a widower|a widow|single|separated|pregnant|expecting)\b(?! (?:to (?!my|an?\b)|in\b|on\b|at\b|out\b|by\b|it\b|that\b|some|too|with\b|table|room|bed|malt|origin|a (?:big|lot|fun)))", read.status),
    rule(Slot.HOUSEHOLD, rf"{BE}{ADV} (?:\d+|\w+) (?:weeks|months) (?P<v>pregnant)\b", read.status),
)  # fmt: skip

_BIRTH = r"(?:birthdays?|bdays?|b-days?|bornday|date of birth|dob)"
_DATES = (
    rule(Slot.BIRTHDAY, rf"(?:{BE}{ADV} turning|{ADV} turns?|'ll be| will be|'ll turn| will turn|{BE}{ADV} (?:hitting|gonna be|going to be))(?: (?:the )?(?:big )?(?:\d{{2}}|thirty|forty|fifty|sixty|twenty[- ]\w+|thirty[- ]\w+|forty[- ]\w+|\d-?oh?|three-oh|four-oh|five-oh))(?: years old)?(?: (?:on|this|come))* ", special.calendar_day),
    rule(Slot.BIRTHDAY, rf"(?:{BE}| was| were)?{ADV} (?:born on|born|an? (?=\d)) ?", special.calendar_day),
    rule(Slot.ANNIVERSARY, rf"{_HAVE}{_JUST} (?:got married|married|tied the knot|got hitched|wed|got wed|said i do|eloped|been together since)(?: (?:here|back|in (?!jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]+))* (?:on )?", special.calendar_day),
)  # fmt: skip

PREDICATES = (*_HOMES, *_WORKS, *_DATES, *_ORIGINS)

_IS = r"(?:(?:'s| is| falls| lands| was| comes(?: up)?| happens to be| will be| would be|:|,)(?: (?:always|actually|on|the|this|in|next|coming up|literally))* ?)"
POSSESSIONS = (
    rule(Slot.BIRTHDAY, rf"(?:\d{{1,2}}(?:st|nd|rd|th) |big |own )*{_BIRTH}{_IS}", read.yearly_day),
    rule(Slot.ANNIVERSARY, rf"(?:\d{{1,2}}(?:st|nd|rd|th) |wedding )*(?:anniversary|wedding day|wedding){_IS}", special.calendar_day),
    rule(Slot.HOME_AREA, rf"(?:new |little |own |permanent )*(?:{_LODGING}|base|neighbou?rhood|home base|home turf|manor|doorstep|hood)(?:'s| is|:)(?: (?:now|just|actually|over|up|down|out|currently|right))* (?:in |near |off |at |around |behind )?", special.home),
    rule(Slot.ORIGIN, r"(?:hometown|home town|home country|family|people|folks|roots|passport)(?:'s| is| are| come| comes|:)(?: (?:originally|all|back))* (?:from |in )?", read.place),
    rule(Slot.OCCUPATION, rf"(?:day |current |new |real |main )*(?:job|work|profession|trade|gig|occupation|career)(?:'s| is| as|:) {_A}(?P<v>[a-z][a-z' -]{{2,40}})", special.job),
    rule(Slot.ORIGIN, r"(?:nationality)(?:'s| is|:) (?P<v>[a-z]+)", read.named),
)  # fmt: skip

FREE = (
    rule(Slot.OCCUPATION, rf"(?:(?:fellow|freelance|retired|junior|senior|full[- ]time|part[- ]time|night[- ]shift|just an?|an?) )*(?P<v>{_TRADE})(?: (?:here|by trade|by day|by profession|speaking|over here))\b", read.named),
    rule(Slot.OCCUPATION, rf"(?:as|being|speaking as|working as) an? (?P<v>(?:{_TRADE}))(?:,| i\b| myself|$)", read.named),
    rule(Slot.ORIGIN, rf"(?:as|being) an? (?:fellow |proud |typical )?(?P<v>{_NATION})\b", read.named),
    rule(Slot.ORIGIN, rf"(?:fellow |proud |loud |homesick )*(?P<v>{_NATION}) (?:here|over here|by birth|born and bred)\b", read.named),
    rule(Slot.HOME_AREA, r"(?:now |currently |officially |finally |newly |freshly |happily )*(?:based|living|settled|moved|relocated|moving house|renting)(?: from [a-z]+)?(?: (?:full[- ]time|permanently|now|out|up|down))* (?:in|to|into|near|out of) ", special.home_stay),
    rule(Slot.HOME_AREA, rf"(?:just |finally |recently |officially )*(?:signed|got|rented|bought|took|found|leased)(?: (?:an?|the|our|my|new|year|long[- ]term))* {_LODGING} (?:in|near|on) ", special.home_stay),
    rule(Slot.HOME_AREA, r"(?:home|home base|base|our base|base camp)(?:'s| is| for (?:me|us) is|:)(?: (?:now|currently|just|these days))* (?:in )?", special.home_stay),
    rule(Slot.HOME_AREA, r"(?P<v>[a-z]+(?: [a-z]+)?)(?: is|'s)(?: (?:now|officially|finally|our|my))* (?:home|our home|my home|home base|where (?:i|we) (?:live|stay))(?= *(?:$|[.,!;)\n])| (?:now|these|for|so|and)\b)", special.area_before),
    rule(Slot.HOME_AREA, r"(?:no longer|not) (?:in|living in|based in|at the|near) (?:the )?(?=[^.!?\n]{2,30})", special.left_home_now, denied=True),
    rule(Slot.HOME_AREA, r"(?:just |finally |recently )*(?:moved out of|gave up|sold|given up|left (?=the|our|my)) (?:the |our |my )?(?:(?:place|house|villa|flat) (?:in )?)?", special.left_home, denied=True),
    rule(Slot.ORIGIN, r"(?:originally|hailing|born and raised|born and bred|born|raised|coming|grew up) (?:from|in) ", read.place),
    rule(Slot.BIRTHDAY, rf"(?:the )?(?:big )?{_BIRTH}(?:(?:'s| is| on|:| falls)(?: (?:on|the|actually|this))*) ", special.calendar_day),
    rule(Slot.BIRTHDAY, r"(?:i'm |i am )?(?:turning|turn|hitting|born|dob)(?: (?:the )?(?:big )?(?:\d{2}|thirty|forty|fifty|sixty))?(?: (?:on|in))? ", special.calendar_day),
    rule(Slot.BIRTHDAY, rf"(?:the )?(?P<when>[^.!?\n]{{3,28}}?)(?:'s| is) (?:my|me) (?:\d{{2}}(?:st|nd|rd|th) )?{_BIRTH}\b", special.day_before),
    rule(Slot.ANNIVERSARY, r"(?:the )?(?P<when>[^.!?\n]{3,28}?)(?:'s| is) (?:our|my) (?:\d{1,2}(?:st|nd|rd|th) )?(?:wedding )?anniversary\b", special.day_before),
    rule(Slot.ANNIVERSARY, r"(?:wedding )?anniversary(?:(?:'s| is| on|:| falls)(?: (?:on|the))*) ", special.calendar_day),
    rule(Slot.ANNIVERSARY, r"(?:got )?(?:married|hitched|wed)(?: (?:here|back))? (?:on )?", special.calendar_day),
    rule(Slot.HOUSEHOLD, r"(?:it's |it'll be |it is )?(?:just |only )?(?:me|us)(?:,| and| \+| plus| with)+ (?:my |our |the |an? )?", read.members),
    rule(Slot.HOUSEHOLD, rf"(?:(?:proud|single|busy|tired|new) )*(?:mum|mom|dad|mother|father|parents?) (?:of|to) (?=(?:{_MANY}|twins|an?)\b)", special.parent_of),
    rule(Slot.HOUSEHOLD, r"(?:bringing|travell?ing with|coming with|here with|out with|dinner with) (?:my |our |the |an? )", special.members_after),
    rule(Slot.HOUSEHOLD, r"(?:happily |recently |newly )*(?P<v>divorced|widowed|single mum|single mom|single dad|single parent|newlyweds|pregnant)(?: (?:here|over here|of|with)|$)", read.status),
)  # fmt: skip

_MEMBERS_FAMILY = Family(
    hint=re.compile(
        r"\b(?:kids?|child|children|toddlers?|bab(?:y|ies)|newborn|twins?|sons?|daughters?|boys?|girls?|dogs?|cats?|pupp|kitten|wife|husband|"
        r"partner|flatmates?|housemates?|roommates?|mum|mom|dad|mother|father|parents?|mama|papa|married|divorced|engaged|widow|single|separated|"
        r"pregnant|expecting|newlyweds|missus|lads?)"
    ),
    predicates=_HOMEFOLK,
)
_EVENT = (
    r"(?:birthday|bday|anniversary|honeymoon|graduation|bachelorette|bachelor|hen|stag|bucks|baby shower|farewell|leaving|wedding|engagement|promotion|"
    r"retirement|reunion|babymoon|proposal|christening|baptism|housewarming|exam|results|new job|first|one year|divorce|pregnancy|degree|phd|visa|"
    r"\d{1,3}(?:st|nd|rd|th)|deal|launch|book|sale|date night|valentine's|mother's day|father's day|citizenship|pay ?rise|bonus|graduat\w+|finish\w*|quitting|years?)"
)
_OCCASIONS = (
    rule(Slot.OCCASION, r"(?:we're |we are )?(?P<v>honeymoon)(?:ers|ing)\b", read.named),
    rule(Slot.OCCASION, rf"(?:on|for|it's|its|it is|plan\w*|book\w*|during) (?:my|our) (?:\d{{1,2}}(?:st|nd|rd|th) |first |wedding |one year |big )*(?P<v>{EVENTS})\b(?! (?:is|in|was|last|next year|on|falls|card|gift|present|budget|isn't|list))", read.occasion),
    rule(Slot.OCCASION, rf"(?:celebrat(?:e|ing)|toast(?:ing)?|mark(?:ing)?|marks?|to celebrate) (?!(?:with|at|in|this|it|that|there|here|on)\b)(?:my|our|the|an?)? ?(?:own |big |first |recent )*(?=[^.!?\n]{{0,40}}?\b{_EVENT}\b)", special.celebrated),
    rule(Slot.OCCASION, rf"(?:my|our) (?:\d{{1,2}}(?:st|nd|rd|th) |first |wedding |one year |big )*(?P<v>{EVENTS}) (?:dinner|meal|lunch|drinks|trip|brunch|night|weekend|do|party|this|tonight|tomorrow|next (?:week|month|weekend)|is (?=this|next|on (?:mon|tue|wed|thu|fri|sat|sun)))", read.occasion),
    rule(Slot.OCCASION, r"(?:on|here for|out for|in town for|in bali for) (?:an?|the) (?P<v>honeymoon|babymoon|hen do|hen party|stag do|bachelorette|bachelor party|wedding|reunion)\b", read.occasion),
)  # fmt: skip
_OCCASION_FAMILY = Family(
    hint=re.compile(
        r"birthday|bday|anniversary|honeymoon|celebrat|toast|mark|graduat|hen |stag|bachelor|wedding|reunion|moon|farewell|promotion|engage|shower|retire"
    ),
    inside=_OCCASIONS,
)

_LIVES_FAMILY = Family(
    hint=re.compile(
        r"\b(?:liv|based|base\b|home|house|place|villa|flat|lease|rent|move|moving|relocat|settle|left|sold|gave up|given up|out of|no longer|not in|reside|stay|"
        r"in \w+|near|off\b|around|from|born|raised|grew|hail|hometown|family|australian|aussie|brit|english|scot|welsh|irish|german|dutch|french|italian|span|"
        r"russian|indian|american|canadian|kiwi|south african|swed|\w+ish\b|\w+ese\b|\w+ian\b|trade|profession|living|work|job|teach|teacher|as an?\b|here|retired|"
        r"freelanc|run|own|self|by day|career|i'm an?|im an?|is an?|'s an?|birthday|bday|b-day|turn|married|anniversary|hitched|wed|knot|dob|wedding|me and|me plus|us and|me,|"
        r"bringing|with|mum|dad|mom|divorced|widow|pregnant)"
    ),
    predicates=PREDICATES,
    possessions=POSSESSIONS,
    free=FREE,
)
FAMILIES = (_LIVES_FAMILY, _MEMBERS_FAMILY, _OCCASION_FAMILY)
