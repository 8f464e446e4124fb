"""Closed lists of Indonesian words beside those of `vocabulary`: occasions, drinks, housemates, towns, trades.

What belongs here: words and their canonical forms. What does not: patterns.
"""

from __future__ import annotations

OCCASIONS_ID = {
    "bulan madu": "honeymoon", "honeymoon": "honeymoon", "babymoon": "babymoon", "ulang tahun": "birthday", "ultah": "birthday",
    "birthday": "birthday", "bday": "birthday", "anniversary": "anniversary", "anniv": "anniversary", "hari jadi": "anniversary",
    "ulang tahun pernikahan": "anniversary", "wisuda": "wisuda", "kelulusan": "kelulusan", "syukuran": "syukuran",
    "syukuran rumah baru": "syukuran rumah baru", "perpisahan": "perpisahan", "perpisahan kantor": "perpisahan kantor",
    "reuni": "reuni", "arisan": "arisan", "lamaran": "lamaran", "tunangan": "tunangan", "pernikahan": "pernikahan", "nikahan": "nikahan",
    "promosi": "promosi", "naik jabatan": "naik jabatan", "naik gaji": "naik gaji", "naik pangkat": "naik pangkat", "kenaikan jabatan": "kenaikan jabatan", "baby shower": "baby shower",
    "gender reveal": "gender reveal", "bridal shower": "bridal shower", "farewell": "farewell",
}  # fmt: skip
"""What is celebrated, by the name that both languages' occasions go under where there is one."""

DRINKS = {
    "bir": "beer", "beer": "beer", "wine": "wine", "red wine": "red wine", "white wine": "white wine", "anggur merah": "red wine",
    "arak": "arak", "tuak": "tuak", "gin": "gin", "soju": "soju", "sake": "sake", "whisky": "whisky", "wiski": "whisky",
    "vodka": "vodka", "tequila": "tequila", "rum": "rum", "cocktail": "cocktail", "koktail": "cocktail", "prosecco": "prosecco",
    "mocktail": "mocktail",
}  # fmt: skip
"""What somebody drinks and nothing else."""

COHABITANTS_ID = {
    "istri": "wife", "suami": "husband", "pacar": "partner", "pasangan": "partner", "anak": "child", "anak anak": "children",
    "anak2": "children", "bayi": "baby", "balita": "toddler", "anjing": "dog", "kucing": "cat", "adik": "younger sibling",
    "adek": "younger sibling", "kakak": "older sibling", "ibu": "mother", "mama": "mother", "nyokap": "mother", "bapak": "father",
    "ayah": "father", "papa": "father", "bokap": "father", "ortu": "parents", "orang tua": "parents", "mertua": "parents-in-law",
    "nenek": "grandmother", "kakek": "grandfather", "sepupu": "cousin", "teman": "friend", "temen": "friend", "sahabat": "friend",
    "temen kos": "flatmate", "teman kos": "flatmate", "temen sekamar": "roommate", "teman sekamar": "roommate", "roommate": "roommate",
    "flatmate": "flatmate", "housemate": "housemate", "kelinci": "rabbit", "burung": "bird", "hamster": "hamster", "keluarga": "family",
}  # fmt: skip
"""Whoever shares a home."""

MORE_KIN = {
    "anak2": "children", "anak pertama": "child", "anak kedua": "child", "anak bungsu": "child", "anak sulung": "child", "temen2": "friends", "teman2": "friends", "temen temen": "friends", "teman teman": "friends", "mami": "mother", "mamih": "mother", "papi": "father", "mak": "mother", "emak": "mother", "abah": "father", "ayah": "father",
    "ayang": "partner", "bebeb": "partner", "doi": "partner", "yayang": "partner", "si kecil": "child", "si bungsu": "child", "si sulung": "child",
    "anak cewek": "daughter", "anak cowok": "son", "anak perempuan": "daughter", "anak laki": "son", "anak laki-laki": "son", "anak laki laki": "son",
    "cucu": "grandchild", "keponakan": "nephew or niece", "ponakan": "nephew or niece", "ipar": "in-law", "kakak ipar": "in-law", "adik ipar": "in-law",
    "ibu mertua": "mother-in-law", "bapak mertua": "father-in-law", "mama mertua": "mother-in-law", "papa mertua": "father-in-law",
    "eyang": "grandparent", "oma": "grandmother", "opa": "grandfather", "paman": "uncle", "bibi": "aunt", "abang": "older brother",
    "rekan": "colleague", "rekan kerja": "colleague", "temen kantor": "colleague", "teman kantor": "colleague", "atasan": "boss", "bestie": "friend",
    "temen kos": "flatmate", "temen deket": "friend", "sobat": "friend", "cowo": "boyfriend", "cewe": "girlfriend", "balita": "toddler",
    "bocil": "child", "anabul": "pet", "tamu": "guest", "klien": "client",
}  # fmt: skip

MORE_LIVES_WITH = {
    "anak2": "children", "si kecil": "child", "bungsu": "child", "sulung": "child", "bini": "wife", "tunangan": "fianc\u00e9",
    "cowok": "boyfriend", "cewek": "girlfriend", "bocil": "child", "anabul": "pet", "doggo": "dog", "kembar": "twins", "kelinci": "rabbit",
    "kucing-kucing": "cats", "anak kembar": "twins", "anak bayi": "baby", "anak perempuan": "daughter", "anak cewek": "daughter", "anak laki-laki": "son", "anak cowok": "son",
}  # fmt: skip

MORE_AREAS = (
    "batubulan", "sukawati", "dalung", "kuta utara", "kuta selatan", "blahbatuh", "payangan", "penestanan", "nyuh kuning", "keramas",
    "klungkung", "jembrana", "buleleng", "bangli", "sesetan", "panjer", "sidakarya", "pemogan", "teuku umar", "pemecutan", "monang maning",
    "lodtunduh", "peliatan", "kedewatan", "sayan", "campuhan", "tanah lot", "kedonganan", "mumbul", "sawangan", "nusa ceningan", "ceningan",
    "padangbai", "padang bai", "tulamben", "menjangan", "pemuteran", "balian", "dreamland", "suluban", "melasti", "pandawa", "batu mejan",
    "babakan", "buduk", "tumbak bayuh", "munggu", "nyanyi", "gili meno", "tanjung benoa", "gatsu", "hayam wuruk", "sukasada", "ubung",
    "peguyangan", "padangsambian", "pererenan", "semer", "banjar anyar", "mas ubud", "tampaksiring", "selat", "rendang karangasem",
)  # fmt: skip
MORE_PLACES = (
    "jerman", "belanda", "jepang", "inggris", "amerika", "perancis", "prancis", "rusia", "swiss", "swedia", "italia", "spanyol", "cina",
    "tiongkok", "taiwan", "filipina", "vietnam", "arab saudi", "arab", "dubai", "mesir", "turki", "brasil", "kanada", "selandia baru",
    "irlandia", "skotlandia", "polandia", "ukraina", "ceko", "austria", "belgia", "norwegia", "finlandia", "portugal", "yunani", "meksiko",
    "argentina", "aceh", "pekanbaru", "batam", "jambi", "bengkulu", "lampung", "samarinda", "banjarmasin", "kupang", "flores",
    "labuan bajo", "ambon", "papua", "jayapura", "sorong", "mataram", "kediri", "blitar", "jember", "banyuwangi", "madura", "sidoarjo",
    "gresik", "mojokerto", "tegal", "purwokerto", "magelang", "klaten", "salatiga", "kudus", "sukabumi", "garut", "tasikmalaya", "tasik",
    "cianjur", "karawang", "serang", "sumba", "toraja", "minahasa", "kendari", "palu", "gorontalo", "ternate", "bukittinggi", "minang",
    "riau", "sumatera", "sumatra", "kalimantan", "sulawesi", "jawa", "jawa timur", "jawa tengah", "jawa barat", "jatim", "jateng", "jabar",
    "jkt", "sby", "bdg", "ntt", "ntb", "batak", "sunda", "betawi", "surakarta", "tomohon", "bitung", "maluku", "belitung", "bangka",
    "jaktim", "jakbar", "jakut", "jakpus", "jakarta timur", "jakarta utara", "jakarta pusat", "cilacap", "kebumen", "wonosobo", "ponorogo",
    "madiun", "ngawi", "tulungagung", "lamongan", "tuban jatim", "probolinggo", "pasuruan", "lumajang", "situbondo", "bondowoso", "sampang",
)  # fmt: skip
MORE_TRADES = (
    "staf", "staff", "nanny", "pelaut", "pemadam", "masinis", "penata rias", "pemandu", "penulis lepas", "admin", "sales", "supir", "ojol", "driver ojol", "kurir", "resepsionis", "terapis", "psikolog", "instruktur", "pelatih",
    "guide", "analis", "peneliti", "notaris", "hakim", "jaksa", "nelayan", "teknisi", "montir", "penjahit", "penerjemah", "copywriter",
    "videografer", "sutradara", "makeup artist", "mua", "perias", "kontraktor", "pelukis", "pematung", "pengrajin", "bankir", "auditor", "hrd",
    "direktur", "ceo", "radiografer", "fisioterapis", "ahli gizi", "atlet", "pramusaji", "asn", "wirausaha", "pensiunan", "selebgram",
    "youtuber", "irt", "tukang", "tukang kebun", "tukang pijat", "montir", "karyawati", "pegawai", "pegawai swasta", "guru les", "ustadz", "pendeta",
    "konten kreator", "animator", "ux designer", "data analyst", "wedding organizer", "event organizer", "housekeeping", "chef de partie",
    "bidan", "dokter anak", "dokter umum", "apoteker", "mekanik", "kasir", "programmer", "dev", "arkeolog", "ahli kimia", "geolog", "jurnalis",
)  # fmt: skip
MORE_ALLERGENS = (
    "nanas", "stroberi", "seafud", "cumi-cumi", "tiram", "sotong", "rajungan", "teri", "tongkol", "tuna", "salmon", "kacang-kacangan",
    "kenari", "susu kedelai", "tepung", "terigu", "putih telur", "kuning telur", "ebi", "oat", "produk susu", "olahan susu",
)  # fmt: skip
MORE_INTOLERANCES = {
    "intoleran gluten": "gluten", "intoleransi gluten": "gluten", "lactose intolerance": "lactose", "intoleran susu": "dairy",
    "laktosa intoleran": "lactose", "laktosa intolerant": "lactose", "gluten intolerance": "gluten", "celiac disease": "gluten",
}  # fmt: skip
MORE_DIETS = {
    "vegetarian ketat": "vegetarian", "vege": "vegetarian", "vegetrian": "vegetarian", "fegetarian": "vegetarian", "vegen": "vegan",
    "plantbased": "plant-based", "gluten-free": "gluten-free", "rendah lemak": "low-fat", "rendah kalori": "low-calorie", "defisit kalori": "calorie deficit",
    "karnivora": "carnivore", "food combining": "food combining",
}  # fmt: skip
MORE_CUISINES = (
    "aceh", "batak", "makassar", "minang", "madura", "lombok", "solo", "jogja", "palembang", "arab", "timur tengah", "turki", "spanyol",
    "yunani", "perancis", "eropa", "nusantara", "oriental", "chinese", "taiwan", "maluku", "papua", "banjar", "sichuan", "peranakan", "rumahan",
    "western", "tionghoa", "lebanon", "maroko", "jerman", "brasil", "malaysia", "singapura", "semarang", "surabaya", "cirebon",
)  # fmt: skip
