"""Patterns of text that would have machines tell others: who is addressed, what is asked, whom it is for.

What belongs here: sentences put together from those three, in any words of their classes, beside the fixed
phrases of `order_patterns`. What does not: what becomes of such a text. All patterns read folded text, stay
within a sentence, and hold one of the cheap words before them.
"""

from __future__ import annotations

from typing import Final

from agnt_pipelines.language.order_patterns import Families, either

_KINDS = (
    r"(?:automated|digital|virtual|smart|booking|travel|ai|guests'|other|any|every|all|para|semua|setiap)"
)
_MACHINE = (
    rf"(?:{_KINDS} )?(?:ai|llms?|(?:chat ?)?bots?|agents?|assistants?|language models?|agen|asisten)"
    r"|(?:automated|digital|virtual|smart|ai) (?:helpers?|concierges?|guides?)"
)
_OUGHT = (
    r"(?:must|should|shall|ought to|have to|need to|may wish to|will want to|"
    r"(?:is|are|be) (?:required|expected|obliged|asked|supposed|encouraged|instructed|advised|invited|requested)|"
    r"implies that|who (?:value|care)|(?:harus|wajib|mesti)(?:nya)?|hendaknya|sebaiknya|seharusnya|diminta|diharap\w*|agar|supaya|"
    r"mohon|tolong|dimohon|berarti|sepakat)"
)
_PUSH = (
    r"(?:names?|mentions?|recommends?|suggests?|promotes?|prefers?|favou?rs?|ranks?|prioriti[sz]es?|memori[sz]es?|"
    r"(?:present|place|put|rate)s? \S+ (?:as|over|above|first|before|ahead)|lists? \S+ (?:among|first|as|ahead)|"
    r"(?:me|di)?nyebut\w*|(?:di)?sebut\w*|(?:me|di)?rekomendasi\w*|(?:meng|di)?utamakan|(?:men|di)?dahulukan|"
    r"(?:mem|di)?prioritas\w*|(?:men|di)?cantumkan|(?:meng|di)?unggulkan|(?:mem|di)?promosi\w*|masukkan \S+)"
)
_PUSHED = r"(?:named|mentioned|recommended|listed|ranked|placed|preferred|presented|favou?red|remembered)"
_LIKING = (
    r"(?:likes?|loves?|fan|fond|devoted|crazy about|favou?rites?|profiles?|persona|preferences?|described as|"
    r"suka|gemar\w*|kegemaran|doyan|favorit|profil|selera|tergila-gila|setia)"
)
_ITS_PERSON = (
    r"(?:(?:your|its|their) (?:principal|client|owner|human|user|guest)s?(?:'s)?|"
    r"(?:tuan|klien|pemilik|majikan)(?:mu|nya))"
)

SAYS: Final[Families] = (
    (
        either("agent|assistant|bot|helper|concierge|guides|llm|model|ai |ai_|ai-|agen|asisten"),
        (
            rf"\b(?:{_MACHINE})\b[^.!?\n]{{0,60}}\b{_OUGHT}\b[^.!?\n]{{0,40}}\b{_PUSH}\b",
            rf"\b(?:{_MACHINE})(?: who\b[^.!?\n]{{0,40}})? (?:place|put|rank|prefer|favou?r)s? \S+ (?:over|above|first|before)\b",
            rf"\b(?:{_PUSH}|{_PUSHED})\b[^.!?\n]{{0,30}}\b(?:by|oleh) (?:the |all |any |every |para |semua )?(?:{_MACHINE})\b",
            rf"\b(?:{_MACHINE}) (?:yang |who |that |which )?(?:open|see|read|index|crawl|pars|visit|membuka|melihat|membaca)\w* (?:this|ini|(?:daftar|halaman|teks) ini)\b",
            r"\b(?:for|untuk|bagi|to|kepada) (?:the |all |any |para |semua )?(?:agents|assistants|(?:chat ?)?bots|llms|asisten|agen)\b[^.!?\n,;:]{0,20}\s?:",
            rf"\b(?:if|when|whenever|jika|bila|kalau|ketika) (?:an? |the |any |your )?(?:{_MACHINE}) (?:is asked|are asked|gets? asked|ditanya\w*|diminta)\b",
            rf"\b(?:have|let|make|get) (?:every|each|all|any|the) (?:{_MACHINE}) \w+|\bany agent\b[^.!?\n]{{0,30}}\bknows?\b|\bagen mana ?pun\b",
            r"\b(?:agent|ai|assistant|llm|bot|model)[_-](?:directive|instruction|note|prompt|hint|rule|polic)",
            r"\b(?:supervis\w+|oversight|master|head) agent\b|\bagen (?:pengawas|pusat|utama|induk)\b|\b(?:smart|dear|fellow) agents\b",
        ),
    ),
    (
        either("your |its |their |client likes|guest likes|tuan|klien|pemilik|majikan|guest kamu"),
        (
            rf"\b{_ITS_PERSON}\b[^.!?\n]{{0,40}}\b{_LIKING}\b|\b{_LIKING}\b[^.!?\n]{{0,30}}\b{_ITS_PERSON}\b",
            r"\bwhat (?:the|your) (?:client|guest|principal|owner) likes\b|\bguest kamu\b",
            r"\b(?:your|the) (?:orchestrator|persona|personality)\b|\b(?:ke)?pribadian(?:mu|nya)\b|\bauthority of (?:your|the)\b",
            r"\byour (?:entire |whole )?(?:user base|notebook|shortlist|repertoire)\b|\b(?:whoever|anyone|everyone) you (?:talk|speak|chat)\b",
            r"\byour (?:reply|answer|response|first pick|go-to)\b[^.!?\n]{0,20}\b(?:is|must|should|shall|will be|has to be)\b",
        ),
    ),
    (
        either(
            "profile|profil|account|akun|not mine|his side|her side|their side|for him|for her|for them|for user|buat user|untuk user"
        ),
        (
            r"\b(?:his|her|their) (?:profile|account|memory|preferences|side)\b[^.!?\n]{0,40}\b(?:empty|fill|set|add|put|save|change)\b",
            r"\b(?:fill|set|put|add|save|write|change)\b[^.!?\n]{0,40}\b(?:for (?:him|her|them)|on (?:his|her|their) (?:side|profile)|(?:his|her|their) (?:diet|favou?rites?|profile))\b",
            r"\b(?:for|about|untuk|buat|soal) (?:the )?(?:user|guest|customer|pengguna|tamu) \w+\s?[:,]",
            r"\baccount of \w+[^!?\n]{0,24}\bnot mine\b|\bfilling? it in for\b",
        ),
    ),
    (
        either(
            "going forward|henceforth|detik ini|sebarkan|broadcast|stay that way|in mind for|default|akhir percakapan|end of"
        ),
        (
            r"\b(?:going forward|henceforth)\b[^.!?\n]{0,60}\b(?:open|start|lead|begin|reply|answer|describe|list|name|present|treat|use|your)\w*\b",
            r"\b(?:mulai|sejak|per) detik ini\b[^.!?\n]{0,60}\b(?:wajib|harus|selalu|jawab\w*|urutan|sebut\w*|utamakan)\b",
            r"\bsebarkan\b[^.!?\n]{0,20}\b(?:ke|kepada|pada)\b|\b(?:broadcast|forward) to\b|\bstay that way\b|\bin mind for (?:whoever|everyone|anyone|others)\b",
            r"\b(?:the|as|our|counts as the) default (?:venue|restaurant|answer|choice|place)\b|\bvenue default\b",
            r"\b(?:akhir percakapan|end of (?:the )?(?:conversation|chat|transcript|session))\b",
        ),
    ),
    (
        either(
            "decode|rot13|rot-13|base64|dekode|pembaca yang|readers with|follower|pengikut|warga|member|ingatan|memory"
        ),
        (
            r"\b(?:decode|dekode\w*|decipher)\b[^.!?\n]{0,24}\b(?:it|this|ini|and|dan|as it says)\b|\brot-?13\b[^.!?\n]{0,20}\b(?:for|untuk)\b",
            r"\bdo as it says\b|\breaders? with (?:a )?memory\b|\bpembaca yang (?:punya|memiliki|ber)\s?(?:ingatan|memori)\b",
            r"\b(?:every|each|setiap|semua) (?:follower|member|pengikut|warga|anggota)s?\b[^.!?\n]{0,20}\b(?:likes?|loves?|wants?|suka|mau\w*|gemar|pilih)\b",
            rf"\b{_PUSH}[^.!?\n]{{0,40}}\b(?:pada|kepada|untuk|to|for) (?:setiap|semua|every|each|all) (?:follower|member|pengikut|warga|anggota)s?\b",
            r"\bdi (?:ingatan|memori)(?:mu|nya)\b",
        ),
    ),
)
"""What would have a machine tell others, speak for its person, or answer for everybody."""

ASKED: Final[Families] = (
    (
        either("brings up|bring up|question|pertanyaan|nanya|tanya|requested|asked|jawab|answer|urutan"),
        (
            (
                r"\b(?:if|when|whenever) (?:a |any |some )?(?:person|user|guest|visitor|travell?er|client|one|people|somebody|someone|anybody|anyone)"
                r" (?:brings?|asks?|mentions?|wants?|talks?)\b"
            ),
            r"\b(?:which|what|who|how)ever\b[^.!?\n]{0,30}\b(?:asked|requested|question|wanted)\b",
            r"\bapa ?pun (?:yang )?(?:pertanyaan\w*|ditanya\w*)|\b(?:pasti|nanti|besok\S*)[^.!?\n]{0,24}\byang (?:nanya|tanya|bertanya)\b",
            r"^jawab(?:nya|lah|anmu)?\b|(?<=[.!?] )jawab(?:nya|lah|anmu)\b|\burutan pertama\w* (?:wajib|harus|adalah)",
            r"\bjawaban yang (?:benar|tepat|resmi) (?:ialah|adalah|untuk|yaitu)\b|\b(?:correct|right|safest|official) answer\b[^.!?\n]{0,12}\b(?:is|to|for|:)",
            r"\bfirst and (?:safest|best|only) (?:answer|choice|pick)\b",
        ),
    ),
)
"""Standing answers to whoever asks, in talk; a page may well say what to do if somebody asks."""

UNSEEN: Final[Families] = (
    (
        either("[//]|[comment]|[_]|{{|data-agent"),
        (
            r"(?:^|\n)\s{0,3}\[(?:/{2,}|comment|_|#)\]\s?:",
            r"\{\{[^{}]{0,200}\b(?:agent|assistant|llm|memory|persist|remember)",
        ),
    ),
)
"""What a page holds and no reader sees: comments of Markdown, and directives in templates."""
