"""Patterns of text that is written for a machine: markup, roles, policies, writes to what others are told.

What belongs here: the families beside those of `orders`, each with the cheap words without which none of its
patterns can match. What does not: folding away disguises, and what becomes of such a text. All patterns read
folded text: lower case, plain quotes, single spaces.
"""

from __future__ import annotations

from typing import Final

_MACHINE = (
    r"(?:ai|llms?|a\.i\.|language models?|models?|chat ?bots?|bots?|agents?|assistants?|system|model bahasa|model ai|"
    r"agen(?: ai)?|asisten|sistem|bot)"
)
_USERS = (
    r"(?:all|every|each|any|other|the other) (?:of (?:the|your) )?(?:users?|customers?|guests?|agents?|people|tickets?|"
    r"clients?|accounts?|people's|users'|soul prompts?|answers?|ratings?|ranking|repl(?:y|ies))"
)
_USERS_ID = (
    r"(?:semua|setiap|seluruh|tiap|para|pengguna) (?:pengguna|user|pelanggan|tamu|agen|akun|lain|tiket|jawaban|soul prompt|"
    r"rekomendasi|model|balasan)(?:mu|nya)?"
)
_TELL = (
    r"(?:recommend|suggest|answer|respond|reply|say|tell|promote|rank|push|praise|mention|return|output|emit|print|redirect|"
    r"obey|follow|include|treat|book|set|store|save|use|refund|credit|write|add|push|publish|offer)"
)
_TELL_ID = (
    r"(?:rekomendasi\w*|merekomendasi\w*|saran\w*|menyarankan|tawar\w*|jawab\w*|menjawab|bilang|sebut\w*|puji|patuh\w*|"
    r"arahkan|alihkan|tampilkan|keluarkan|cetak|tulis\w*|utamakan|promosi\w*|mempromosi\w*|dorong|pilih|atur|simpan|ikut\w*|"
    r"urutkan|masukkan|umumkan|taruh|tambahkan|tautkan|pesan|setia|menunjukkan iklan|menyimpan|memasukkan|menganggap|anggap)"
)
_THEIR_STORE = (
    r"(?:memory|memories|notes?|profiles?|summary|summaries|knowledge base|index|faq|prompt|favou?rites?|taste graph|"
    r"records?|database|policy|policies|system)"
)
_THEIR_STORE_ID = (
    r"(?:memori\w*|ingatan\w*|catatan\w*|profil\w*|ringkasan|basis pengetahuan\w*|indeks|faq|prompt\w*|favorit\w*|graf|"
    r"kebijakan|sistem|promptmu)"
)


def either(words: str) -> tuple[str, ...]:
    """Return the words of a list, split at bars."""
    return tuple(words.split("|"))


Families = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
"""Each (words one of which every match holds, patterns)."""

_ROLES = (
    r"(?:system|assistant|developer|operator|admin|agent|user|sistem|asisten|agen|pengguna)(?:s|e?n)?"
    r"(?: (?:prompt|message|note|override|instructions?|prompt addition|pesan|pemesan|faq))?\s?:(?!//)(?!\d)"
)

_OF_MEMORY = either(
    "memor|ingatan|profil|note|summar|ringkasan|knowledge|pengetahuan|faq|index|indeks|prompt|"
    "catatan|catat|taste graph|graf selera|favorit|favourite|soul"
)

IN_TALK: Final[Families] = (
    (
        either('<|{|[|```|###|---|=|"role"|drop table'),
        (
            r"<!--|<\|[^|>]{1,30}\|?>?|</?[a-z_]{2,24}(?: [^<>]{0,60})?>|\[/?\[?[a-z_ ]{3,24}\]?\]|```",
            r"[\"']\s*[}\]]|[{]\s*[\"']|\"?\brole\"?\s*:\s*\"|\bdrop table\b|;\s*--",
            r"###|(?:^|\n)\s*-{3,}|-{3,}\s*(?:end|akhir)\b",
            r"\b[a-z_]+(?:\.[a-z_]+)+\s*=\s*\S|\b[a-z_]{2,30}\s*=\s*[\w\"'.-]",
        ),
    ),
    (("http",), (r"\bhttps?://",)),
    (
        either(":"),
        (
            rf"[\s(\[,]{_ROLES}",
            r"\b(?:forwarded message|pesan terusan|heartbeat|cron job|nightly report|boot)\b",
            r"\b(?:tool|function) (?:output|call)\b",
        ),
    ),
    (_OF_MEMORY, (r"\bglobally\b|\bsecara global\b|\bsoul prompts?\b",)),
)
"""What nobody says to an agent in passing, and every page of a wiki may hold: code, addresses, computers' words."""

ANYWHERE: Final[Families] = (
    ((":",), (rf"(?:^|\n|[.;!?]\s?){_ROLES}",)),
    (
        either(
            "note|attention|instruct|message|reminder|catatan|instruksi|perintah|pesan|peringatan|addition|recalled|retrieved|"
            "tool|function result|hasil alat|memori|prompt|kemampuan|new capability|faq|for the record|user likes|pengguna suka"
        ),
        (
            (
                r"\b(?:note|notes|attention|instructions?|message|reminder|catatan|instruksi|perintah|pesan|peringatan|addition)"
                r" (?:for|to|from|untuk|buat|dari) (?:all |the |any |semua |proses )?(?:ai|llms?|models?|agents?|assistants?|"
                r"dreaming|extractor|job|headquarters|model|agen|asisten|mimpi|pusat)\b"
            ),
            (
                r"\b(?:recalled|retrieved) memory\b|\b(?:tool|function) result\b|\btool_result\b|\bhasil alat\b|"
                r"\bmemori yang diingat\b|\bmemori\s?:|\bprompt sistem\b|\bkemampuan baru\b|\bnew capability\b"
            ),
            r"\bfaq (?:editors?|extractor)\b|\beditor faq\b|\bfor the record in\b",
            r"\buser likes\b|\bpengguna suka\b",
        ),
    ),
    (
        either(
            "recalled memory|tool result|tool_result|heartbeat|forwarded|hasil alat|memori yang|"
            "prompt sistem|the user said|pengguna bilang|on behalf of|atas nama|note for|note to|"
            "notes to|instructions for|instruksi untuk|catatan untuk|catatan buat|perintah|"
            "instruction from|instructions from"
        ),
        (
            r"\brecalled memory\b|\btool[_ ]result\b|\bheartbeat\b|\bforwarded message\b|\bhasil alat\b|\bprompt sistem\b",
            r"\b(?:the user said|pengguna bilang|on behalf of (?:user|u-)|atas nama (?:user|pengguna|u-))",
            (
                r"\b(?:note|notes|instructions?|instruksi|catatan) (?:for|to|untuk|buat) (?:all |the |semua |proses )?"
                r"(?:ai|models?|agents?|dreaming|model|agen|asisten|mimpi)\b"
            ),
            (
                r"\b(?:new )?instructions? from (?:headquarters|the (?:operator|admin|platform|owner))\b|"
                r"\bperintah (?:baru|ini|dari (?:developer|admin|pusat|operator|sistem))\b|\binstruksi (?:baru|agen|dari pusat)\b|"
                r"\bjalanin perintah\b|\binstruksimu\b"
            ),
        ),
    ),
    (
        either("ai |ai,|ais|extract|ekstrak|llm|model|agent|agen|assistant|asisten|bot"),
        (
            (
                rf"\b{_MACHINE}(?: (?:who|that|which|yang))? (?:(?:reading|processing)\b|(?:process(?:es)?|reads?|membaca|memproses)"
                r"(?: \w+){0,2} (?:this|ini|it)\b)"
            ),
            (
                rf"\b{_MACHINE} (?:must|should|shall|have to|need to|are to|are required to|wajib|harus|mesti)(?: (?:always|never|only|"
                rf"selalu|hanya|also))? (?:{_TELL}|{_TELL_ID}|rank|ignore|forget|override|treat|abaikan|lupakan)\b"
            ),
            r"\b(?:dear|hey|hi|hello|wahai|hai|halo),? (?:ai|llm|language model|model(?: bahasa)?|assistant|asisten|bot|agents?|agen)\b",
            r"\bif you(?: are|'re) an? (?:ai|llm|bot|language model|agent|assistant)\b|\bkalau kamu (?:ai|bot|agen|model)\b",
            (
                r"\b(?:you are|you're|kamu|anda|lo|lu) (?:(?:now|sekarang|adalah|the|an?|seorang) )*(?:ai|agent|agen|assistant|"
                r"(?:faq )?(?:peng)?ekstrak\w*|(?:faq )?extractor|model|sales agent|operator|bot)\b(?! (?:of|at) the office)"
            ),
            r"\b(?:agent|agen|assistant|asisten)(?:'s|s|nya)? (?:new |real |baru )?(?:goal|loyalty|purpose|tujuan|harus setia)\b",
            r"\b(?:tujuan|identitas) (?:baru|barumu)\b|\bloyalty of the agent\b|\b(?:consumer|booking|agen) agent\s?:|\bagen (?:konsumen|pemesan)\s?:",
            r"\binstruct(?:s|ed)? the (?:agent|assistant|bot|model)\b|\b(?:minta|suruh) agen\b|\bhave the (?:booking )?agent\b",
            r"\bagents (?:must|shall|should)\b(?= (?:rank|always|never|only|follow|set|promote|recommend|obey))",
            r"^(?:assistant|asisten),",
        ),
    ),
    (
        either(
            "rule|polic|instruct|mode|restrict|aturan|kebijakan|instruksi|batasan|perintah|updated|"
            "diperbarui|override|overwrite|timpa|setel ulang|reset|identitas"
        ),
        (
            r"(?<!my )(?<!our )\bnew (?:rules?|polic(?:y|ies)|instructions?|goal)\b(?= ?(?:is|:|for you|from))|(?:^|[.!?:]\s?)new rule\b",
            r"\b(?:aturan|kebijakan|tujuan|perintah|instruksi) baru(?:mu)?\b(?= ?(?:buat|untuk|adalah|:|[a-z]+))",
            r"\b(?:previous|old|earlier|safety|lama|keamanan) (?:\w+ )?(?:polic(?:y|ies)|kebijakan)\b|\bkebijakan (?:keamanan )?lama\b",
            r"\b(?:forget|drop|break|lupakan|lupain|langgar|hapus) (?:the |your |all |semua )*(?:rules?|aturan\w*|perintah\w*|batasan)\b",
            r"\b(?:without|no|tanpa) (?:restrictions?|limits?|batasan)\b",
            r"\bdeveloper mode\b(?! all)|\bmode (?:pengembang|dewa|admin)\b",
            r"\byou have been updated\b|\bkamu sudah diperbarui\b|\bsetel ulang dirimu\b|\breset yourself\b",
            (
                r"\b(?:override|overwrite|timpa) (?:the (?:ranking|rules?|polic|system|instructions|diet|limits?|operator|prompt|safety)|what |of |all |data |sistem|ranking|system|policy|venue)|\bsystem override\b|"
                r"\boverride (?:sistem|of)\b|\boverride\s?:|\bubah (?:kebijakan|peringkat|profil|prompt|aturan)\b"
            ),
            r"\b(?:continue|lanjutkan) (?:this|the|daftar) (?:list of )?(?:rules|aturan)\b",
            r"\bas if it came from\b|\b(?:system|sistem) (?:message|prompt)\b|\bpesan sistem\b",
        ),
    ),
    (
        _OF_MEMORY,
        (
            (
                rf"\b(?:add|write|save|store|insert|put|append|update|overwrite|replace|include|set|emit|publish|promote|commit)\w*\b"
                rf"[^.!?\n]{{0,60}}\b(?:to|in|into|on|onto|from|of|your|the) (?:(?:your|the|its|shared|project|all|every|other|people's|"
                rf"guest's|user's|long[- ]term|structural|favou?rite|/) ?){{0,3}}{_THEIR_STORE}\b(?! at home| card)"
            ),
            rf"\bupdate (?:your|the) (?:\w+ ){{0,2}}{_THEIR_STORE}\b|\byour (?:\w+ )?(?:summary|soul prompt|long-term memory|notes)\b",
            (
                rf"\b(?:tulis|simpan|masukkan|masukin|tambahkan|catat|taruh|ganti|naikkan|perbarui|ubah)\w*\b[^.!?\n]{{0,60}}"
                rf"\b(?:ke|di|dalam|halaman|dengan|jadi|soal)? ?{_THEIR_STORE_ID}\b(?<!favoritku)"
            ),
            (
                r"\b(?:memory|memories|memori|ingatan) (?:for|of|untuk|buat|bersama|proyek|semua|everyone)|\b(?:shared|project) memory\b|"
                r"\beveryone's memory\b|\bmemori (?:bersama|proyek|semua|lo\b)|\bfor (?:every|all) users?\b"
            ),
            (
                r"\bpromptmu\b|\b(?:print|reveal|show|repeat|leak|bocorkan|cetak) (?:me )?(?:your|the|its) ?(?:system )?(?:prompt|notes)\b|"
                r"\btulis \S+ di prompt\b|\bbocorkan\b|\breveal (?:its|your)\b"
            ),
            r"\b(?:catat|simpan|ingat)\w* (?:di memorimu|sebagai jawaban|secara global|bahwa pengguna|bahwa \w+ mau|dia mau)",
            r"\bnote (?:that )?(?:they|the user|your user)\b|\bkecuali kamu catat\b|\bunless you note\b",
        ),
    ),
    (
        either(
            "all |every|each|semua|setiap|seluruh|anyone|someone|people|orang|other|ada yang|pengguna|"
            "user|disregard|hiraukan|closed|tutup|mitra|partner|eskalasi|lupakan|lain"
        ),
        (
            rf"\b{_TELL}\w*\b[^.!?\n]{{0,60}}\b(?:to|for|in|on|from|of)? ?{_USERS}\b",
            rf"\b{_USERS} (?:are|is|like|likes|love|loves|hate|hates|prefer|prefers|must|should|who ask|want|of yours)\b",
            rf"\b{_TELL_ID}\b[^.!?\n]{{0,60}}\b{_USERS_ID}\b|\b{_USERS_ID} (?:suka|benci|alergi|wajib|harus|lebih suka|=|yang tanya|adalah)",
            r"\b(?:every|all|semua) (?:guest|user|tamu|user|pengguna)s?(?:mu)?\b[^.!?\n]{0,30}(?:=|favou?rite|favorit|suka|love)",
            r"\b(?:always|selalu) (?:book|pesan|choose|pilih|recommend) \S+ (?:for|untuk|buat) (?:everyone|everybody|all|semua)",
            (
                r"\b(?:tell|bilang|kasih tahu|suruh|arahkan|redirect|warn)\b[^.!?\n]{0,12}\b(?:everyone|everybody|people|anyone|all customers|every customer|"
                r"semua (?:orang|pelanggan|tamu|pengguna)|orang)\b"
            ),
            (
                r"\b(?:when|if|whenever)(?: any ?one| some ?one| any user| a user| the user| people| any customer)\b[^.!?\n]{0,30}"
                r"\b(?:asks?|mentions?|says?|wants?|talks?)\b"
            ),
            r"\b(?:kalau|kalo|jika|bila|setiap kali)(?: ada)?(?: yang| pengguna| orang| user)\b[^.!?\n]{0,12}?\b(?:tanya|nanya|bertanya|sebut|menyebut|bilang)\b",
            (
                r"\b(?:others?|other people|orang lain|people's) (?:users?|profiles?|accounts?|data)\b|\b(?:profil|data|akun) (?:orang lain|semua)\b|"
                r"\bprofil semua\b|\bprofile of (?:user|u-)\b"
            ),
            r"\beverybody loves\b|\bfor everyone(?:'s)? memory\b|\bdiet (?:semua|of all)\b|\bapprove all\b|\bsetujui (?:semua|ini|entri)\b",
            (
                r"\b(?:venues?|tempat) (?:lain|else|are closed|that compete)\b[^.!?\n]{0,24}\b(?:tutup|closed|only|cuma|but|dan)\b|"
                r"\b(?:only|cuma|hanya) \S+ (?:is open|has tables|yang buka|yang ada meja|is right|yang benar)"
            ),
            r"\b(?:closed for good|tutup selamanya)\b|\bis our (?:partner|escalation)\b|\bmitra kita\b|\bmanajer eskalasi\b",
            r"\bdisregard (?:all|the)\b|\bjangan hiraukan\b|\bforget (?:the )?(?:other|others)\b|\blupakan (?:hasil|operator|yang lain|semua)\b",
        ),
    ),
    (
        either("preference|preferensi|favo|profil"),
        (
            # Somebody else's preferences, whoever they are: a name that platforms give, of letters and digits.
            (
                r"\b(?:preferences?|favou?rites?|profiles?|preferensi|favorit|profil)\b[^.!?\n]{0,30}"
                r"\b(?:for|of|untuk|milik) (?:(?:user|account|guest|customer|akun|pengguna|tamu) )?"
                r"(?=[a-z][\w#-]*\d{2})[\w#-]+"
            ),
        ),
    ),
    (
        either(
            "account|akun|admin|operator|my ex|mantan|history|riwayat|instruct|instruks|data|i own|"
            "pemilik|verif|obey|patuh|order|work for the platform|kerja di platform|loyal|"
            "emergency contact|kontak darurat|trust of|trust this|percayai|ikuti aku|ikuti ini|"
            "the user|penggunanya|dipercaya|trusted|lawyer|pengacara"
        ),
        (
            r"\b(?:my|your|his|her) (?:wife|husband|ex|friend|sister|brother)'s (?:account|profile)\b|\b(?:data )?akun (?:istri|suami|teman|mantan)",
            (
                r"\b(?:as|i'm|i am|sebagai|aku|saya|gue) (?:an?|the|seorang)? ?(?:platform )?(?:admin|administrator|operator|developer lo)\b(?!istrator (?:at|in))"
                r"(?=[^.!?\n]{0,40}\b(?:order|perintah\w*|override|approve|setujui|ganti|jalanin|demand|command|need you|want you|tell you|"
                r"authori[sz]e|suruh|minta kamu|mau kamu)\b)"
            ),
            r"\b(?:i am|saya|aku) (?:the user|penggunanya)\b|\bthe user is (?:a|an|the)\b|\bpengguna ini (?:admin|vip)\b|\byour operator\b|\boperatormu\b|\bdeveloper lo\b",
            r"\b(?:whenever|when|every time|kalau|kalo|setiap) (?:you )?(?:talk|speak|ngobrol|chat|write) (?:to|with|sama|dengan)\b",
            r"\b(?:send|kirim|forward|teruskan)\b[^.!?\n]{0,40}\b(?:history|riwayat|user data|data pengguna|bookings|to all agents|semua agen)\b",
            r"\b(?:instructions?|instruksi\w*)\b[^.!?\n]{0,20}\bhttps?:",
            r"\bmay see other|\bboleh lihat data\b|\bverified by the platform\b|\bdiverifikasi platform\b|\bsudah diverifikasi\b",
            r"\b(?:must|have to|wajib|harus) (?:obey|patuh)|\bpatuhi\b|\bobey (?:the following|this|me|your|[a-z]+\b)|\bikuti (?:aku|ini|instruksi)\b",
            r"\bi order you\b|\baku perintahkan\b|\bi (?:work|kerja) (?:for|di) the platform\b|\b(?:kerja|bekerja) di platform\b",
            r"\bemergency contact\b|\bkontak darurat\w*\b|\btrust of this\b|\bmust be trusted\b|\bharus dipercaya\b|\bpercayai\b",
            r"\b(?:act|bertindak)(?:lah)? (?:as|like|sebagai|seperti) (?:a |an |the )?[a-z]+\b(?=[^.!?\n]{0,40}\b(?:and|dan|for|of|untuk|write|jawab|approve)\b)",
        ),
    ),
    (
        either(
            "pretend|anggap|pura|repeat after|ulangi setelah|act as|bertindak|you are now|translate|"
            "terjemah|base64|let's play|ayo main|main game|consider|replace all|ganti semua|"
            "ganti sama|hapus semua|treat |treat:|step 1|langkah 1|don't store this|never tell|"
            "start every|setiap balasan|hide this|menyembunyikan|from now on|mulai sekarang|"
            "what do you know about me|kamu tahu soal aku|trust me|percaya aja|ignore|abaikan|"
            "you must|you will|kamu harus|kamu wajib|anda harus|reply with|balas dengan|do not tell|"
            "jangan bilang|write into|tulis ke|tell your human|bilang ke manusia|my human|manusiaku|"
            "without asking|tanpa bertanya|as the official|jawaban resmi|correct reply|"
            "jawaban yang benar|praise|puji|summari|merangkum|rangkum"
        ),
        (
            r"\bpretend (?:that )?i\b|\b(?:anggap|pura-?pura)(?: saja| aja)? (?:aku|saya|gue|biaya|\w+nya)\b|\b(?:will you )?pretend the\b|\banggap teks\b",
            r"\brepeat after me\b|\bulangi (?:setelah|kata) (?:aku|ini)\b|\bact as (?!soon|fast|quick)|\bbertindak(?:lah)? sebagai\b|\bberpura-?pura(?:lah)?\b",
            (
                r"\byou are now\b|\bkamu sekarang (?:agen|dalam mode|adalah|jadi)\b|\b(?:decode|obey) this\b|\bbase64\b|"
                r"\b(?:translate|terjemahkan)\b[^.!?\n]{0,40}\b(?:follow|obey|patuhi|ikuti)\b"
            ),
            r"\blet's play a game\b|\bayo main\b[^.!?\n]{0,12}\b(?:kamu|ai)\b|\bconsider the following\b|\banggap (?:\S+ )?(?:sebagai|teks)\b|\btreat \S+ as\b",
            r"\breplace (?:all|everything)\b|\bganti (?:semua|sama|dengan)\b|\bhapus semua memori\b|\bstep 1\s?:|\blangkah 1\s?:",
            r"\b(?:when|whoever|while|saat|siapa pun yang) (?:you )?(?:summari[sz]\w*|merangkum|rangkum)\b",
            r"\bdon't store this\b|\bnever tell me\b|\bstart every reply\b|\bsetiap balasan\b|\bhide this\b|\bmenyembunyikan kalimat\b",
            r"\bfrom now on (?:you|treat|tell|always|the)|\bmulai sekarang (?:kamu|anggap|bilang|selalu|sebut)|\bdefault (?:venue )?(?:venue|from now)|\btempat default\b",
            r"\b(?:great|now|bagus),? (?:now |sekarang )?(?:replace|ganti)\b|\bbalas dengan\b|\breply with\b|\banswer (?:only )?with\b",
            r"\b(?:ignore|abaikan) (?:the |all |semua |your |this )*(?:question|rules?|previous|prior|instructions?|pertanyaan\w*|aturan\w*|instruksi\w*|anggaran pengguna|perintah)",
            r"\byou must (?:store|save|remember that|add|obey|always|tell|write)|\bkamu (?:harus|wajib) (?:menyimpan|patuh|simpan|tulis|selalu)\b",
            r"\b(?:do not|don't|never) tell the (?:operators?|owners?|platform|admins?)\b|\bjangan bilang ke (?:operator|admin|platform|pemilik)\b|\bjangan bilang ini perintah\b",
            r"\b(?:write|tulis) (?:\S+ )?(?:into|ke) (?:the |other |a |profil|guest)\b|\btell your (?:human|user)\b|\bbilang ke (?:manusiamu|penggunamu)\b|\b(?:my human|manusiaku)\b",
            r"\b(?:without asking|tanpa bertanya)\b|\b(?:as the official|jawaban resmi)\b|\bcorrect reply for\b|\bjawaban yang benar untuk\b|\bpraise \S+\.|\bpuji \S+\.",
        ),
    ),
)
"""What addresses a machine wherever it stands."""
