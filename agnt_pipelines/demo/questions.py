"""What people of the demo ask support: questions that anybody could ask, rare ones, and personal ones.

What belongs here: wordings and answers in both languages. What does not: who asks and when (`support`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answer does not depend on who asks.

    `contrary` is an answer (English, Indonesian) that disagrees with the others.
    """

    key: str
    english: tuple[str, ...]
    indonesian: tuple[str, ...]
    answers_english: tuple[str, ...]
    answers_indonesian: tuple[str, ...]
    contrary: tuple[str, str] | None = None


GENERAL = (
    Question(
        "deposit",
        ("Does a group need to pay a deposit?", "Is there a deposit for big groups?", "do we have to put money down for 8 people",
         "Minimum spend or deposit for groups?", "is a deposit required if we're a big group?"),
        ("Rombongan harus bayar deposit gak?", "Apakah ada deposit untuk grup?", "kalau rombongan perlu DP ya?", "ada minimum spend buat grup?"),
        ("Groups of 6 or more leave a deposit; the venue sets the amount and you see it before you confirm.",
         "From 6 people on the venue may ask for a deposit. It is shown before you confirm."),
        ("Grup 6 orang atau lebih membayar deposit; jumlahnya ditentukan venue dan tampil sebelum konfirmasi.",),
    ),
    Question(
        "deposit_refund",
        ("Is my deposit refundable?", "Do I get the deposit back if we cancel?", "can a deposit be refunded",
         "What happens to the deposit when I cancel?"),
        ("Deposit bisa dikembalikan gak?", "Kalau batal, depositnya kembali?", "apakah deposit refundable?"),
        ("Deposits are refunded if you cancel at least 24 hours before the booking.",
         "Cancel 24 hours ahead or earlier and the whole deposit comes back."),
        ("Deposit dikembalikan penuh jika batal paling lambat 24 jam sebelumnya.",),
    ),
    Question(
        "no_answer",
        ("Why has the venue not answered?", "The venue doesn't reply, what now?", "how come no venue has confirmed yet?",
         "What happens when a venue never answers?"),
        ("Kenapa venue belum jawab?", "Venue tidak balas, bagaimana ya?", "kok venue lama banget balasnya?"),
        ("Venues have 30 minutes to answer; after that we confirm by their rules or offer another place.",
         "If a venue stays silent for 30 minutes we follow its rules or suggest another."),
        ("Venue punya waktu 30 menit; lewat itu kami ikuti aturannya atau tawarkan tempat lain.",),
    ),
    Question(
        "stored",
        ("What do you store about me?", "Which data is saved about users?", "what do you remember and who can read it?",
         "Who can read what the agent remembers?"),
        ("Data apa yang disimpan tentang pengguna?", "Siapa yang bisa baca memori saya?", "apa saja yang kalian simpan?"),
        ("Your messages, bookings and preferences are stored; only your own agent reads your memory.",
         "We keep messages, bookings and preferences. Nobody but your own agent reads the memory."),
        ("Pesan, booking, dan preferensi disimpan; hanya agen Anda sendiri yang membaca memori.",),
    ),
    Question(
        "kept_how_long",
        ("How long do you keep chats?", "For how long is my data stored?", "how many days are messages kept"),
        ("Berapa lama chat disimpan?", "Data disimpan sampai kapan?", "pesan disimpan berapa hari ya?"),
        ("Messages are kept for 90 days.", "Chats are deleted after 90 days."),
        ("Pesan disimpan selama 90 hari.",),
        contrary=("We keep messages for a full year.", "Pesan kami simpan selama setahun penuh."),
    ),
    Question(
        "delete_memory",
        ("How do I delete my memory?", "Can I make you forget everything?", "how to erase what you know about users",
         "Where do I delete what the agent remembers?"),
        ("Cara hapus memori gimana?", "Bagaimana menghapus semua data memori?", "bisa lupa semua tentang saya gak, caranya?"),
        ("Open Settings, then Memory, then Delete all. It is gone within a day.",
         "In Settings under Memory choose Delete all; within a day nothing is left."),
        ("Buka Pengaturan, lalu Memori, lalu Hapus semua. Dalam sehari semuanya hilang.",),
    ),
    Question(
        "fee",
        ("What is the fee for payments?", "How much do you charge per payment?", "what % do you take on a payment?",
         "How do venues connect payments and what does it cost?"),
        ("Berapa biaya pembayaran?", "Potongan pembayaran berapa persen?", "biaya transaksi untuk venue berapa?"),
        ("The fee is 7 % of each payment. Connect payments under Venue, then Payouts.",
         "We take 7 % per payment; you connect it under Venue, Payouts."),
        ("Biayanya 7 % per pembayaran. Hubungkan lewat Venue, lalu Payouts.",),
        contrary=("The fee is 10 % of each payment.", "Biayanya 10 % per pembayaran."),
    ),
    Question(
        "change_plan",
        ("Can I change my plan mid-cycle?", "Is it possible to switch plans before the month ends?", "upgrade to pro in the middle of the month?"),
        ("Bisa ganti paket di tengah bulan?", "Kalau upgrade ke pro sebelum akhir bulan bisa?", "ganti paket tengah siklus boleh?"),
        ("Yes, you can change at any time; the difference is charged for the days left.",
         "You may switch whenever you like and pay the difference for the remaining days."),
        ("Bisa kapan saja; selisihnya dihitung untuk sisa hari.",),
    ),
    Question(
        "confirm_cost",
        ("What does booking.confirm cost?", "Is booking.confirm free for agents?", "price of one booking.confirm call?"),
        ("Biaya booking.confirm berapa?", "booking.confirm gratis gak buat agen?", "harga sekali booking.confirm?"),
        ("A booking.confirm costs 0.05 dollars; searches are free.", "Each booking.confirm is 0.05 dollars, booking.search is free."),
        ("Satu booking.confirm 0.05 dolar; pencarian gratis.",),
    ),
    Question(
        "mcp",
        ("How do I plug this into my MCP client?", "Is there an MCP server I can connect to?", "how to connect claude desktop or another mcp client"),
        ("Cara sambung ke MCP client gimana?", "Ada MCP server gak?", "bagaimana menghubungkan klien MCP?"),
        ("Add our MCP address with your API key in the client's settings; the tools show up by themselves.",
         "Put the MCP address and your API key into the settings of your client."),
        ("Tambahkan alamat MCP dan API key di pengaturan klien.",),
    ),
    Question(
        "no_show",
        ("How late before it counts as a no-show?", "When is a booking marked as no show?", "how many minutes late can we be?"),
        ("Telat berapa menit dianggap no-show?", "Kapan booking dihitung tidak datang?", "batas telat berapa menit?"),
        ("After 15 minutes the table may be given away and it counts as a no-show.",
         "15 minutes late is a no-show, unless you tell the venue."),
        ("Lewat 15 menit dihitung no-show, kecuali venue sudah dikabari.",),
    ),
    Question(
        "parking",
        ("Is there parking at the venues?", "Do venues usually have parking?", "can you park a car at most places?"),
        ("Apakah venue punya parkir?", "Parkir mobil biasanya ada gak?", "ada tempat parkir di venue?"),
        ("Most venues have scooter parking; parking for cars is listed on each venue's page.",
         "Scooters can park nearly everywhere; for cars see the venue's page."),
        ("Hampir semua venue punya parkir motor; untuk mobil lihat halaman venue.",),
    ),
    Question(
        "card",
        ("Can I pay by card?", "Do the venues take credit cards?", "is card payment ok or cash only?"),
        ("Bisa bayar pakai kartu?", "Terima kartu kredit gak?", "harus tunai atau bisa kartu?"),
        ("Cards are accepted wherever the venue's page shows the card sign; deposits are always paid by card.",
         "Look for the card sign on the venue's page. Deposits go by card everywhere."),
        ("Kartu diterima jika ada tanda kartu di halaman venue; deposit selalu pakai kartu.",),
    ),
)  # fmt: skip
"""Asked by many, in several wordings and both languages."""

RARE = (
    Question(
        "invoice_address",
        ("Can an invoice carry a company address?", "Is it possible to have a company name on the invoice?"),
        ("Bisa pakai alamat perusahaan di invoice?",),
        ("Yes, write it under Billing, then Address.",),
        ("Bisa, isi di Billing lalu Alamat.",),
    ),
    Question(
        "webhooks",
        ("Do you have webhooks for cancellations?", "is there a webhook when a booking is cancelled"),
        ("Ada webhook untuk pembatalan?",),
        ("Not yet.",),
        ("Belum ada.",),
    ),
)
"""General, but asked by too few to be published."""

RARE_ASKERS = 3

PERSONAL_ENGLISH = (
    "Where is my booking at {p}?", "I was charged twice for {p} yesterday, please refund me", "Please move my booking at {p} to Saturday",
    "My confirmation for {p} never came", "I left my sunglasses at {p}, can you ask them?", "Why was my table at {p} given away?",
    "we're running late for {p}, tell them", "cancel my reservation at {p} please", "I can't log in, my email is {e}",
    "You can reach me on {t} about the refund", "The venue wants my ID number, it is {i}, is that fine?",
    "please send the receipt of {p} to {e}",
)  # fmt: skip
PERSONAL_INDONESIAN = (
    "Booking saya di {p} mana ya?", "Saya ditagih dua kali buat {p}, tolong refund", "Tolong pindahkan booking saya di {p} ke Sabtu",
    "Konfirmasi saya untuk {p} belum masuk", "Kacamata saya ketinggalan di {p}, bisa ditanyakan?", "Batalkan reservasi saya di {p}",
    "saya tidak bisa masuk, email saya {e}", "hubungi saya di {t} soal refund ya", "NIK saya {i}, cukup untuk verifikasi?",
    "kirim struk {p} ke {e} ya",
)  # fmt: skip
ANSWERS_PERSONAL = {
    "en": ("I looked it up: it is confirmed.", "I have passed it on; you get an answer today.", "Done, please check again in an hour."),
    "id": ("Sudah saya cek: sudah dikonfirmasi.", "Sudah saya teruskan; hari ini ada jawaban.", "Sudah, coba cek lagi satu jam lagi."),
}  # fmt: skip
THANKS = {
    "en": ("thanks", "ok thank you", "great, thx 🙏", "clear!"),
    "id": ("makasih", "oke terima kasih", "sip 🙏", "jelas kak"),
}
