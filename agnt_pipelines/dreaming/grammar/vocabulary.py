"""Closed lists of words: diets, cuisines, places, trades, members of a household, access needs.

What belongs here: words, their canonical forms, and finding them. What does not: sentence
patterns. A missing word costs a memory and a wrong one makes a false memory, so the lists are plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from agnt_pipelines.dreaming.grammar.indonesian_vocabulary import (
    MORE_ALLERGENS,
    MORE_AREAS,
    MORE_CUISINES,
    MORE_DIETS,
    MORE_INTOLERANCES,
    MORE_KIN,
    MORE_LIVES_WITH,
    MORE_PLACES,
    MORE_TRADES,
)
from agnt_pipelines.dreaming.grammar.quantities import NUMBER_WORDS


def alternatives(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, longest first; a space stands for space or hyphen."""
    escaped = (re.escape(word).replace(r"\ ", r"[\s-]") for word in words)
    return "|".join(sorted(escaped, key=len, reverse=True))


def as_listed(said: str) -> str:
    """What `alternatives` matched, as the lists spell it: a space for any run of spaces and hyphens."""
    return re.sub(r"[\s-]+", " ", said)


DIETS = {
    "vegetarian": "vegetarian", "veggie": "vegetarian", "vegitarian": "vegetarian", "vegeterian": "vegetarian",
    "vegatarian": "vegetarian", "vegetarien": "vegetarian", "vegetaran": "vegetarian", "vegetarain": "vegetarian",
    "vegitaran": "vegetarian", "pescatarians": "pescatarian", "pescaterian": "pescatarian", "veegan": "vegan", "vegetarians": "vegetarian", "vege": "vegetarian",
    "vegan": "vegan", "vegans": "vegan",
    "pescatarian": "pescatarian", "pescetarian": "pescatarian", "flexitarian": "flexitarian",
    "halal": "halal", "kosher": "kosher",
    "gluten free": "gluten-free", "bebas gluten": "gluten-free", "tanpa gluten": "gluten-free",
    "dairy free": "dairy-free",
    "keto": "keto", "ketogenic": "keto", "paleo": "paleo", "plant based": "plant-based",
    "low carb": "low-carb", "rendah karbo": "low-carb", "low sugar": "low-sugar", "rendah gula": "low-sugar",
    "low salt": "low-salt", "rendah garam": "low-salt", "raw vegan": "raw vegan",
    **MORE_DIETS, "whole30": "whole30", "carnivore": "carnivore", "mediterranean": "mediterranean",
}  # fmt: skip
DIET = alternatives(DIETS)

ALLERGENS = (
    "peanuts", "peanut", "tree nuts", "nuts", "nut", "cashews", "cashew", "almonds", "almond", "walnuts", "pistachios",
    "hazelnuts", "dairy", "milk", "lactose", "cheese", "gluten", "wheat", "shellfish", "seafood", "prawns", "prawn",
    "shrimps", "shrimp", "crab", "crabs", "lobster", "oysters", "mussels", "clams", "squid", "fish", "eggs", "egg", "soy",
    "soya", "sesame", "msg", "strawberries", "kiwi", "pineapple", "mango", "bee stings", "pollen", "penicillin",
    "kacang tanah", "kacang", "kacang mete", "mete", "udang", "kepiting", "kerang", "cumi", "telur", "telor", "susu sapi",
    "susu", "laktosa", "keju", "kedelai", "wijen", "gandum", "tepung terigu", "makanan laut", "ikan", "ikan laut", *MORE_ALLERGENS,
)  # fmt: skip
"""What a body does not bear: "I can't eat shellfish" is safer kept as an allergy than as a whim."""
ALLERGEN = alternatives(ALLERGENS)

INTOLERANCES = {
    "lactose intolerant": "lactose", "intoleran laktosa": "lactose", "intoleransi laktosa": "lactose",
    "gluten intolerant": "gluten", "coeliac": "gluten", "celiac": "gluten",
    "dairy intolerant": "dairy", "nut intolerant": "nuts", "histamine intolerant": "histamine", **MORE_INTOLERANCES,
}  # fmt: skip
INTOLERANCE = alternatives(INTOLERANCES)

CUISINES = (
    "italian", "japanese", "thai", "indian", "mexican", "korean", "chinese", "french", "greek", "spanish",
    "turkish", "lebanese", "vietnamese",
    "indonesian", "balinese", "javanese", "padang", "mediterranean", "middle eastern", "moroccan",
    "peruvian", "brazilian", "ethiopian", "american",
    "western", "asian", "fusion", "peranakan", "manado", "sundanese", "sunda", "betawi", "jepang", "korea",
    "cina", "bali", "jawa", "indonesia", "meksiko",
    "italia", "thailand", "india", "barat", "prancis", "vietnam", "caribbean", "malaysian", "filipino",
    "german", "portuguese", "argentinian", *MORE_CUISINES,
)  # fmt: skip
CUISINE = re.compile(
    rf"(?:{alternatives(CUISINES)})(?: (?:food|foods|cuisine|cuisines|cooking|dishes))?|(?:makanan|"
    rf"masakan|kuliner) (?:{alternatives(CUISINES)})"
)

AREAS = frozenset((
    "canggu", "seminyak", "ubud", "uluwatu", "kuta", "legian", "sanur", "jimbaran", "nusa dua", "berawa",
    "pererenan", "kerobokan", "denpasar", "umalas",
    "bingin", "padang padang", "batu bolong", "echo beach", "petitenget", "oberoi", "amed", "lovina",
    "sidemen", "munduk", "candidasa", "gianyar", "tabanan",
    "nusa penida", "nusa lembongan", "lembongan", "gili", "gili air", "gili trawangan", "ungasan", "pecatu",
    "balangan", "cemagi", "seseh", "kedungu",
    "medewi", "tegallalang", "renon", "benoa", "tuban", "kintamani", "bedugul", "mengwi", "tibubeneng",
    "batubelig", "batu belig", "singaraja", "karangasem", *MORE_AREAS,
))  # fmt: skip
PLACES = AREAS | frozenset((
    "bali", "jakarta", "bandung", "surabaya", "yogyakarta", "jogja", "semarang", "medan", "malang",
    "makassar", "solo", "bogor", "depok", "bekasi",
    "tangerang", "lombok", "indonesia", "singapore", "singapura", "malaysia", "kuala lumpur", "bangkok",
    "thailand", "australia", "sydney", "melbourne", "perth",
    "brisbane", "london", "england", "uk", "the uk", "usa", "the us", "the states", "america", "new york",
    "nyc", "california", "los angeles", "san francisco",
    "germany", "berlin", "france", "paris", "spain", "italy", "netherlands", "the netherlands", "amsterdam",
    "russia", "moscow", "india", "mumbai", "delhi", "japan", "tokyo",
    "korea", "seoul", "china", "shanghai", "hong kong", "canada", "toronto", "vancouver", "brazil",
    "sweden", "norway", "denmark", "new zealand", "auckland",
    "jakarta selatan", "jaksel", "jakarta barat", "south jakarta", "palembang", "balikpapan", "manado",
    "padang", "pontianak", "cirebon", *MORE_PLACES,
))  # fmt: skip

KIN = {
    "gran": "grandmother", "nana": "grandmother", "gramps": "grandfather", "aunty": "aunt", "stepdad": "stepfather",
    "stepmum": "stepmother", "stepmom": "stepmother", "half brother": "brother", "half sister": "sister", "pa": "father",
    "wifey": "wife", "hubs": "husband", "lad": "son", "boy": "son", "boys": "sons", "little one": "child",
    "little ones": "children", "kiddo": "child", "kiddos": "children", "grandad": "grandfather", "granny": "grandmother",
    "nan": "grandmother", "grandson": "grandson", "granddaughter": "granddaughter", "grandkids": "grandchildren",
    "mum in law": "mother-in-law", "mom in law": "mother-in-law",
    "dad in law": "father-in-law", "in laws": "parents-in-law", "brother in law": "brother-in-law",
    "sister in law": "sister-in-law", "folks": "parents", "housemate": "flatmate", "housemates": "flatmates",
    "flatmates": "flatmates", "roomie": "roommate", "roommates": "roommates", "mate": "friend", "mates": "friends",
    "bestie": "friend", "pal": "friend", "buddy": "friend", "auntie": "aunt", "stepson": "stepson",
    "stepdaughter": "stepdaughter", "step son": "stepson", "step daughter": "stepdaughter", "coworker": "colleague",
    "co worker": "colleague", "cousins": "cousins", "puppy": "dog", "girl": "daughter", "fella": "partner", "bloke": "partner",
    "eldest": "child", "youngest": "child", "business partner": "business partner", "teenager": "child",
    "other half": "partner", "better half": "partner", "missus": "wife",
    "wife": "wife", "husband": "husband", "hubby": "husband", "partner": "partner", "spouse": "spouse",
    "girlfriend": "girlfriend", "gf": "girlfriend",
    "boyfriend": "boyfriend", "bf": "boyfriend", "fianc\u00e9": "fianc\u00e9", "fiance": "fianc\u00e9",
    "fianc\u00e9e": "fianc\u00e9", "fiancee": "fianc\u00e9",
    "son": "son", "daughter": "daughter", "kid": "child", "kids": "children", "child": "child",
    "children": "children", "baby": "baby", "toddler": "toddler",
    "mum": "mother", "mom": "mother", "mother": "mother", "mama": "mother", "dad": "father",
    "father": "father", "papa": "father", "parents": "parents",
    "brother": "brother", "sister": "sister", "siblings": "siblings", "friend": "friend",
    "friends": "friends", "boss": "boss", "colleague": "colleague",
    "colleagues": "colleagues", "grandma": "grandmother", "grandmother": "grandmother",
    "grandpa": "grandfather", "grandfather": "grandfather",
    "mother in law": "mother-in-law", "father in law": "father-in-law", "uncle": "uncle", "aunt": "aunt",
    "cousin": "cousin", "niece": "niece",
    "nephew": "nephew", "roommate": "roommate", "flatmate": "flatmate", "family": "family", "dog": "dog",
    "cat": "cat",
    "sons": "sons", "daughters": "daughters", "brothers": "brothers", "sisters": "sisters",
    "twins": "twins", "dogs": "dogs", "cats": "cats",
}  # fmt: skip
KIN_ID = {
    "istri": "wife", "bini": "wife", "suami": "husband", "laki": "husband", "pacar": "partner",
    "cowok": "boyfriend", "cewek": "girlfriend", "pasangan": "partner",
    "tunangan": "fianc\u00e9", "anak": "child", "anak-anak": "children", "anak anak": "children",
    "bayi": "baby", "ibu": "mother", "mama": "mother", "mamah": "mother", "nyokap": "mother",
    "ayah": "father", "bapak": "father", "papa": "father", "bokap": "father", "orang tua": "parents",
    "ortu": "parents", "adik": "younger sibling",
    "adek": "younger sibling", "kakak": "older sibling", "teman": "friend", "temen": "friend",
    "sahabat": "friend", "bos": "boss", "nenek": "grandmother",
    "kakek": "grandfather", "mertua": "parents-in-law", "sepupu": "cousin", "om": "uncle", "tante": "aunt",
    "keluarga": "family", "anjing": "dog", "kucing": "cat", **MORE_KIN,
}  # fmt: skip

_LIVES_WITH = {
    "missus": "wife", "wifey": "wife", "hubs": "husband", "lad": "son", "lads": "sons", "boy": "son", "boys": "sons",
    "little one": "child", "little ones": "children", "kiddo": "child", "better half": "partner", "flatmate": "flatmate",
    "flatmates": "flatmates", "housemate": "flatmate", "housemates": "flatmates", "roommate": "roommate",
    "roommates": "roommates", "roomie": "roommate", "rabbit": "rabbit", "parrot": "parrot", "stepson": "stepson",
    "stepdaughter": "stepdaughter", "teenager": "teenager", "teenagers": "teenagers", "doggo": "dog",
    "fella": "partner", "bloke": "partner", "rescue dog": "dog",
    "wife": "wife", "husband": "husband", "hubby": "husband", "partner": "partner",
    "girlfriend": "girlfriend", "boyfriend": "boyfriend", "fiance": "fianc\u00e9",
    "fianc\u00e9": "fianc\u00e9",
    "fiancee": "fianc\u00e9", "fianc\u00e9e": "fianc\u00e9", "spouse": "spouse", "son": "son",
    "sons": "sons", "daughter": "daughter", "daughters": "daughters", "kid": "child", "kids": "children",
    "child": "child", "children": "children", "baby": "baby", "toddler": "toddler", "twins": "twins",
    "dog": "dog", "dogs": "dogs", "cat": "cat", "cats": "cats", "puppy": "puppy", "kitten": "kitten",
    "kitty": "cat",
    "puppies": "puppies", "pup": "puppy", "pups": "puppies", "doggos": "dogs", "istri": "wife",
    "suami": "husband", "anak": "child", "anak-anak": "children", "bayi": "baby", "balita": "toddler",
    "anjing": "dog", "kucing": "cat", "pacar": "partner", "pasangan": "partner",
    "other half": "partner", "newborn": "newborn", "kiddos": "children", "anak anak": "children", **MORE_LIVES_WITH,
}  # fmt: skip
_ONE_OF = {
    "children": "child",
    "sons": "son",
    "daughters": "daughter",
    "dogs": "dog",
    "cats": "cat",
    "puppies": "puppy",
    "toddlers": "toddler",
}
_SMALL = alternatives(NUMBER_WORDS)
_SIZE = (
    r"(?:(?:little|young|small|older|teenage|adult|beautiful|lovely|wonderful|adorable|cute|new|"
    r"amazing|great|kecil|perempuan|laki-laki)\s){0,2}"
)
HOUSEHOLD = re.compile(
    rf"\b(?:(?P<count>\d{{1,2}}|{_SMALL})\s(?:orang\s)?)?{_SIZE}(?P<who>{alternatives(_LIVES_WITH)})(?:ku)?\b"
    rf"(?:(?<=anak|bayi)\s(?P<after>\d{{1,2}}|{_SMALL})\b(?!\s(?:hari|minggu|bulan|tahun)))?"
)
STATUSES = {
    "expecting": "pregnant", "a widow": "widowed", "a widower": "widowed", "separated": "separated", "single father": "single parent",
    "single mother": "single parent", "newlyweds": "married", "newly wed": "married",
    "tunangan": "engaged", "cerai": "divorced", "married": "married", "menikah": "married", "nikah": "married", "single": "single", "jomblo": "single",
    "divorced": "divorced", "engaged": "engaged", "widowed": "widowed",
    "pregnant": "pregnant", "hamil": "pregnant", "single mum": "single parent",
    "single mom": "single parent", "single dad": "single parent", "single parent": "single parent",
}  # fmt: skip
STATUS = alternatives(STATUSES)

ACCESS = {
    r"wheelchairs?|kursi roda": "wheelchair",
    (
        r"step[ -]free|no (?:stairs|steps)|jangan (?:yang |yg |di tempat yang )?(?:ada |banyak |pakai )?tangga|"
        r"(?:can't|cant|cannot|don't|can't really) (?:do|climb|manage|use) "
        r"(?:the )?(?:stairs|steps)|(?:gak|ga|nggak|ngga|enggak|tidak|gk|tdk|susah|sulit|kesulitan|gabisa|gakuat)(?: (?:bisa|kuat|sanggup|mampu|lagi))*(?: (?:naik|naik turun|lewat|pakai|pake))? tangga"
    ): "step-free access",
    r"hard of hearing|hearing(?:'s| is) (?:really |pretty |very |quite )?(?:bad|poor|terrible|going|shot)|hearing impaired|hearing aids?": "hard of hearing",
    r"deaf|tuli|tunarungu": "deaf",
    r"visually impaired|low vision": "visually impaired",
    r"blind|tunanetra": "blind",
    r"crutches|tongkat|kruk": "crutches",
    r"walking (?:stick|frame|aid)|canes?|walkers?|zimmer(?: frame)?": "walking aid",
    r"mobility scooter": "mobility scooter",
    r"hearing loop": "hearing loop",
    r"guide dog|service dog": "assistance dog",
}
ACCESS_PATTERNS = tuple((re.compile(rf"\b(?:{p})\b"), value) for p, value in ACCESS.items())

_TRADES = (
    "teacher", "engineer", "designer", "developer", "programmer", "nurse", "doctor", "photographer", "chef",
    "cook", "lawyer", "accountant", "architect", "writer", "journalist",
    "editor", "artist", "musician", "student", "professor", "researcher", "scientist", "consultant",
    "manager", "entrepreneur", "barista", "bartender", "waiter", "waitress",
    "pilot", "flight attendant", "dentist", "therapist", "psychologist", "counselor", "counsellor",
    "social worker", "yoga teacher", "yoga instructor", "personal trainer", "coach", "trainer", "dancer",
    "actor", "actress", "model", "influencer", "content creator", "blogger", "marketer", "freelancer",
    "translator", "analyst", "data scientist", "product manager", "project manager",
    "banker", "trader", "investor", "realtor", "real estate agent", "electrician", "plumber", "carpenter",
    "mechanic", "driver", "firefighter", "police officer", "soldier", "vet", "veterinarian",
    "pharmacist", "physiotherapist", "hairdresser", "stylist", "tailor", "baker", "farmer", "gardener",
    "librarian", "secretary", "receptionist", "salesperson", "recruiter", "surf instructor",
    "dive instructor", "digital nomad", "founder", "business owner", "filmmaker", "videographer",
    "producer", "dj", "singer", "painter", "sculptor", "game developer", "web developer", "instructor",
    "system administrator", "administrator", "assistant manager", "asisten manajer", "illustrator", "freelance writer", "carer", "paramedic", "midwife", "biologist", "marine biologist", "physicist",
    "economist", "statistician", "sommelier", "butcher", "florist", "jeweller", "surfer", "skipper", "diver",
    "dokter hewan", "dokter gigi", "ilustrator", "chef", "pramugari", "pilot", "satpam", "kasir", "tukang kayu",
    "screenwriter", "scriptwriter", "novelist", "guru", "dosen", "dokter", "perawat", "bidan", "insinyur",
    "arsitek", "pengacara", "akuntan", "desainer", "penulis", "wartawan", "fotografer", "mahasiswa",
    "mahasiswi", "pelajar", "karyawan", "karyawan swasta", "pegawai negeri", "pns", "wiraswasta",
    "pengusaha", "koki", "pelayan", "sopir", "polisi", "tentara", "petani", "pedagang", "apoteker",
    "barber", "physio", "dev", "devs", "copywriter", "solicitor", "barrister", "lecturer", "gp", "surgeon", "anaesthetist", "radiographer", "nutritionist",
    "dietitian", "dietician", "osteopath", "chiropractor", "masseuse", "masseur", "massage therapist", "beautician", "makeup artist", "tattoo artist", "tattooist",
    "joiner", "builder", "roofer", "plasterer", "sparky", "welder", "surveyor", "civil servant", "diplomat", "priest", "vicar", "tutor", "headteacher",
    "nanny", "au pair", "childminder", "cabin crew", "captain", "sailor", "stockbroker", "actuary", "auditor", "bookkeeper", "estate agent", "travel agent",
    "event planner", "wedding planner", "sound engineer", "composer", "comedian", "animator", "cinematographer", "cameraman", "copy editor", "interpreter",
    "linguist", "historian", "archaeologist", "geologist", "chemist", "botanist", "zoologist", "ecologist", "astronomer", "mathematician", "phd student",
    "undergrad", "postdoc", "curator", "potter", "ceramicist", "ceramist", "seamstress", "blacksmith", "brewer", "distiller", "winemaker", "restaurateur",
    "hotelier", "caterer", "pastry chef", "sous chef", "head chef", "bouncer", "rapper", "drummer", "pianist", "guitarist", "violinist", "cellist", "lifeguard",
    "divemaster", "jockey", "footballer", "referee", "ranger", "fisherman", "beekeeper", "zookeeper", "courier", "trucker", "cabbie", "postman", "cop",
    "detective", "judge", "paralegal", "notary", "ceo", "cto", "cfo", "sysadmin", "tester", "product owner", "coder", "publicist", "politician", "radiologist",
    "cardiologist", "dermatologist", "optician", "optometrist", "psychiatrist", "psychotherapist", "speech therapist", "occupational therapist", "neuroscientist",
    "data engineer", "ux researcher", "interior designer", "landscape gardener", "landscaper", "primary school teacher", "kindergarten teacher", "reporter",
    "podcaster", "youtuber", "streamer", "life coach", "swim coach", "yogi", "pilates teacher", "headhunter", "broker", "underwriter", "geophysicist",
    "meteorologist", "anthropologist", "sociologist", "criminologist", "aerospace engineer", "mechanic", "technician", "lab technician", "locksmith",
    "upholsterer", "glazier", "tiler", "stonemason", "shipbuilder", "boat builder", "cheesemaker", "barista trainer", "tea master", "radio host", "presenter",
    "sales rep", "salesman", "saleswoman", "shopkeeper", "cashier", "stylist", "costume designer", "set designer", "art director", "creative director",
    "film director", "director", "conservationist", "activist", "firefighter", "fireman", "policeman", "policewoman", "security guard", "army officer",
    "seniman", "musisi", "penyanyi", "penari", "programer", "konsultan", "manajer", "ibu rumah tangga",
    "pekerja lepas", "pemandu wisata", "guru yoga", "tour guide", *MORE_TRADES,
)  # fmt: skip
_TRADE_KINDS = (
    r"(?:(?!(?:dulu|mantan|bukan|calon|belum|masih|aku|saya|gue|gw|kami|kita|yang|yg|dan|di|itu|adalah|sebagai|jadi|sama|dari|buat|untuk|of|the|my|and|or|for|in|to|at|that|bad|terrible|horrible|lousy|great|good|decent|big|"
    r"huge|better)\b)[a-z][a-z-]{1,15}\s){0,2}"
)
TRADE = re.compile(
    rf"(?P<trade>{_TRADE_KINDS}(?:{alternatives(_TRADES)}))\b(?!\s(?:of|at heart|fan|in training)\b)"
)


TRADE_FIELD = (
    "(?:bank|hospital|hotel|school|university|law firm|startup|restaurant|cafe|bar|gym|spa|dive shop|travel agency|"
    "finance|marketing|tech|it|hospitality|real estate|construction|advertising|education|healthcare|insurance|"
    "tourism|fashion|film|media|logistics|government|sales|hr|accounting|publishing)"
)
_ENTERPRISE = (
    "(?:school|shop|store|cafe|business|company|agency|restaurant|hotel|gym|salon|bakery|bar|startup|studio|boutique|"
    "warung|guesthouse|homestay|clinic|farm|gallery|catering)"
)
RUNS = rf"(?:run|runs|own|owns) (?:a|an|my own|our own|two|three) (?:[a-z]+ ){{0,2}}{_ENTERPRISE}\b"
RUNS_ID = (
    r"(?:punya|buka|menjalankan|mengelola) (?:usaha|bisnis|warung|toko|kafe|cafe|katering|restoran|salon|butik|studio|"
    r"bengkel|penginapan)\b"
)
BUSINESS_OWNER = "business owner"
"""The occupation of whoever speaks of "my shop": one value, however the business is called."""


def household(match: re.Match[str]) -> str:
    """The canonical member or members that `HOUSEHOLD` found: `wife`, `2 children`, `dog`."""
    said_who = as_listed(match["who"])
    who = _LIVES_WITH.get(said_who) or _LIVES_WITH[said_who.replace(" ", "-")]
    said = match["count"] or match["after"]
    number = 0 if not said else int(said) if said.isdecimal() else NUMBER_WORDS[said]
    one = _ONE_OF.get(who, who)
    plural = next((many for many, single in _ONE_OF.items() if single == one), one)
    if number > 1:
        return f"{number} {plural}"
    return one if number == 1 else who
