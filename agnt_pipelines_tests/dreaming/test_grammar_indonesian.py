from __future__ import annotations

from datetime import date

import pytest

from agnt_pipelines.dreaming.grammar import propose
from agnt_pipelines.dreaming.observe import observe
from agnt_pipelines_tests.dreaming.talk import KEY, message

WEDNESDAY = date(2026, 11, 25)


def _said(text: str) -> set[str]:
    """What stands of a text: `slot=value`, a denial with a minus sign, somebody else's with their name."""
    found, refused = observe(message(text), window_key=KEY, max_bytes=20_000)
    assert refused == []
    return {
        f"{'-' if one.polarity < 0 else ''}{one.slot.value}={one.value}"
        + (f" @{one.subject}" if one.subject != "self" else "")
        for one in found
    }


BODIES = {
    "gw alergi bgt sama kacang mete": {"allergy=kacang mete"},
    "aku dari kecil alergi udang": {"allergy=udang"},
    "kalo makan kepiting badanku langsung gatel2": {"allergy=kepiting"},
    "gatel2 kalo makan udang": {"allergy=udang"},
    "susu sapi bikin perutku mules": {"allergy=susu sapi"},
    "saya alergi berat sama kerang, pernah masuk UGD": {"allergy=kerang"},
    "diet gue halal": {"diet=halal"},
    "kalo seafood aku alergi": {"allergy=seafood"},
    "ga bs mkn udang": {"allergy=udang"},
    "saya intoleran laktosa kak": {"allergy=lactose"},
    "ternyata aku ga alergi udang, udah tes": {"-allergy=udang"},
    "gue udah setaun vegetarian": {"diet=vegetarian"},
    "sekeluarga makan halal": {"diet=halal"},
    "saya lagi defisit kalori": {"diet=calorie deficit"},
    "udah ga vege lagi": {"-diet=vegetarian"},
    "balik makan daging, ga vegan lagi": {"-diet=vegan"},
    "gw udah stop alkohol 2 taun": {"-alcohol=alcohol"},
    "minum bir doang sih aku": {"alcohol=beer"},
    "cuma minum wine": {"alcohol=wine"},
    "lututku sakit, ga bisa naik tangga": {"accessibility=step-free access"},
    "aku pakai kursi roda, ada ramp ga?": {"accessibility=wheelchair"},
    "pengen kuat lari 5k": {"fitness_goal=lari 5k"},
    "targetku 50 push up": {"fitness_goal=50 push up"},
    "aku targetin turun 10 kilo": {"fitness_goal=turun 10 kilo"},
    "lagi nurunin berat badan": {"fitness_goal=nurunin berat badan"},
    "aku lg hamil 5 bln": {"household=pregnant"},
}
TASTES = {
    "jujur gw ga doyan jengkol": {"-likes=jengkol"},
    "durian ogah": {"dislikes=durian"},
    "pete sih aku ga kuat": {"-likes=pete"},
    "paling males sama tempat yang rame": {"dislikes=tempat yang rame"},
    "aku paling gasuka tempat berisik": {"-likes=tempat berisik"},
    "gak banget deh tempat yg berisik": {"dislikes=tempat yg berisik"},
    "aku risih sama asap rokok": {"dislikes=asap rokok"},
    "nggak begitu suka manis": {"-likes=manis"},
    "aku tuh orangnya ga suka nunggu": {"-likes=nunggu"},
    "aku kurang cocok sama makanan india": {"-favourite_cuisines=makanan india"},
    "gue cinta mati sama martabak": {"likes=martabak"},
    "fav aku tuh sate lilit": {"likes=sate lilit"},
    "Canggu favoritku": {"favourite_areas=canggu"},
    "lagi ketagihan matcha": {"likes=matcha"},
    "aku penggila mie ayam": {"likes=mie ayam"},
    "lebih prefer sushi sih": {"likes=sushi"},
    "aku lebih ke teh daripada kopi": {"likes=teh"},
    "aku nyaman di tempat yang tenang": {"likes=tempat yang tenang"},
    "sukanya yang pedas": {"likes=pedas"},
    "biasanya sih main di Canggu": {"favourite_areas=canggu"},
    "kita seringnya makan di daerah Seminyak": {"favourite_areas=seminyak"},
    "tertarik sama sejarah bali": {"interests=sejarah bali"},
    "lagi ikut kelas keramik": {"interests=keramik"},
    "aku hobi diving": {"interests=diving"},
    "aku suka mahjong": {"likes=mahjong"},
    "hobinya fotografi": {"interests=fotografi"},
    "ga minum kopi lagi": {"never=minum kopi"},
    "ga pernah makan jeroan": {"never=makan jeroan"},
    "saya tidak mengonsumsi babi": {"never=mengonsumsi babi"},
    "pantang makan daging sapi": {"never=daging sapi"},
    "no babi ya": {"never=babi"},
    "hindari santan ya": {"never=santan"},
    "aku ga ngerokok": {"never=ngerokok"},
}
LIVES = {
    "ngekos di Renon sekarang": {"home_area=renon"},
    "domisili Denpasar": {"home_area=denpasar"},
    "rumahku daerah Sesetan": {"home_area=sesetan"},
    "minggu lalu kita pindahan ke Kerobokan": {"home_area=kerobokan"},
    "aku udah 2 tahun tinggal di Bali": {"home_area=bali"},
    "udah ga di Canggu lagi": {"-home_area=canggu"},
    "udah pindah dari Ubud": {"-home_area=ubud"},
    "kosan Kuta udah aku lepas": {"-home_area=kuta"},
    "gw orang Surabaya": {"origin=surabaya"},
    "aslinya sih dari Jogja": {"origin=jogja"},
    "saya perantau dari Flores": {"origin=flores"},
    "kami dari Jakarta, liburan ke sini": {"origin=jakarta"},
    "aku guru TK": {"occupation=guru tk"},
    "gw kerja jadi barista": {"occupation=barista"},
    "baru mulai kerja sbg resepsionis hotel": {"occupation=resepsionis hotel"},
    "profesi saya arsitek": {"occupation=arsitek"},
    "kerjaanku motret nikahan": {"occupation=motret nikahan"},
    "aku ngajar yoga": {"occupation=ngajar yoga"},
    "punya usaha laundry": {"occupation=business owner"},
    "punya 2 anak sama 1 kucing": {"household=2 children", "household=cat"},
    "di rumah ada tiga kucing": {"household=3 cats"},
    "aku, suami, sama bayi 6 bulan": {"household=husband", "household=baby"},
    "kita expat dari Australia": {"origin=australia"},
    "tinggal sama mertua": {"household=parents-in-law"},
    "tinggal berdua sama adek": {"household=younger sibling"},
    "aku bareng dua anakku": {"household=2 children"},
    "suami nyusul jam 8": {"household=husband"},
    "mau ngerayain ultah istriku": {"household=wife"},
    "boleh bawa anjingku?": {"household=dog"},
}
TIMES = {
    "kalo makan siang biasanya jam 1": {"preferred_booking_hour=13:00"},
    "kita makan malamnya jam 7 biasanya": {"preferred_booking_hour=19:00"},
    "jam makan malam kami jam 6 sore": {"preferred_booking_hour=18:00"},
    "biasanya dateng jam 8an malem": {"preferred_booking_hour=20:00"},
    "seringnya sih ber-4": {"typical_party_size=4"},
    "kita selalu bertiga": {"typical_party_size=3"},
    "rombongan kami biasanya 8 orang": {"typical_party_size=8"},
    "budgetnya sejuta berdua": {"budget=idr 1000000"},
    "dananya lima ratus ribu": {"budget=idr 500000"},
    "budget per orang 300rb": {"budget=idr 300000 per person"},
    "kisaran 200-300rb": {"budget=idr 200000-300000"},
    "sekitar 500 ribuan per orang": {"budget=idr 500000 per person"},
    "paling mentok 400rb": {"budget=idr 400000"},
    "aku cuma punya 200rb": {"budget=idr 200000"},
    "aku ultah tanggal 9 maret": {"birthday=03-09"},
    "anniv kita 12 juni": {"anniversary=06-12"},
    "hari jadi kami tgl 2 april": {"anniversary=04-02"},
    "kita lagi bulan madu di sini": {"occasion=honeymoon"},
    "sabtu ultahku yang ke-30": {"occasion=birthday"},
    "dalam rangka ulang tahun pernikahan kami": {"occasion=anniversary"},
    "lagi ngerayain naik gaji": {"occasion=naik gaji"},
    "tiap minggu pagi aku lari di Renon": {"habit=lari di renon tiap minggu pagi"},
    "setiap jumat kami date night": {"habit=date night setiap jumat"},
    "renang 3x seminggu": {"habit=renang 3x seminggu"},
    "seminggu sekali aku pijat": {"habit=pijat seminggu sekali"},
    "minggu depan kami ke Lombok": {"plan=ke lombok"},
    "bulan depan aku nikah": {"plan=nikah"},
    "meja buat dua kayak biasa": {"typical_party_size=2"},
    "maunya ga lebih dari 1jt total": {"budget=idr 1000000"},
    "biasanya weekend surfing di Medewi": {"habit=surfing di medewi weekend"},
    "aku ikut senam tiap senin rabu jumat": {"habit=ikut senam tiap senin rabu jumat"},
    "gajadi ke Gili": {"-plan=ke gili"},
    "batal liburan ke Sumba": {"-plan=liburan ke sumba"},
    "gak jadi nginep di Amed": {"-plan=nginep di amed"},
}
OTHERS = {
    "anakku gabisa makan telur": {"allergy=telur @child", "household=child"},
    "my wife alergi wijen": {"allergy=wijen @wife", "household=wife"},
    "temen gue yg dari Belanda suka banget gado-gado": {"likes=gado-gado @friend"},
    "nyokap lagi diet rendah garam": {"diet=low-salt @mother"},
    "suamiku kerja di tambang": {"occupation=tambang @husband", "household=husband"},
    "pacarku orang Jerman": {"origin=jerman @partner", "household=partner"},
    "nenekku pake kursi roda": {"accessibility=wheelchair @grandmother"},
    "adikku ikut, dia alergi kacang": {"allergy=kacang @younger sibling"},
    "bosku dateng, dia ga makan sapi": {"never=makan sapi @boss"},
    "papa diabetes jadi ga bisa makan manis": {"-likes=manis @father"},
    "mertuaku vegetarian, ga makan telur juga": {
        "diet=vegetarian @parents-in-law",
        "never=makan telur @parents-in-law",
    },
    "istriku alergi kacang, aman ga ya?": {"allergy=kacang @wife", "household=wife"},
}
TRAPS = """
kamar di Ubud yang bagus berapa ya
ada menu vegan ga kak
anak-anak boleh masuk gak
temen gue bilang tempatnya enak banget
kalau aku alergi kacang bisa diganti ga
meja buat 4 orang jumat jam 7 malam
tempatnya buka jam 9 pagi
orang bali suka babi guling ya
tamu hotel kami dari Jepang
gak jadi pesan ya kak
saya mau datang besok
suka banget pelayanannya, makasih
ga suka pelayanannya
harganya 500rb per orang ya
mau makan malam romantis
gue alergi kerja wkwk
ibu hamil boleh naik kapalnya
saya tinggal di hotel ini 3 hari lagi
pindah ke meja luar boleh
ada kursi anak ga
dia orang Bandung
dia nanya: aku vegan bisa ga
si Budi ga suka pedes
kalo hujan kita pindah ke dalam ya
aku takut telat
ga pake lama ya
jam 7 aja biasanya sepi kan
restonya selalu rame jam 7
maksimal 10 orang
saya dari Canggu jam 5
aku pesen nasi goreng tanpa bawang
tiap jumat ada live music
cinta kamu min wkwk
semua suka kecuali durian
rencana besok mau makan di sana
gajadi pesen deh
suka telat drivernya
orang Korea di sana banyak
belajar masak di mana ya
acara wisuda adikku besok
""".strip().splitlines()


@pytest.mark.parametrize(("text", "expected"), [*BODIES.items()])
def test_what_a_body_needs_or_refuses_is_read(text: str, expected: set[str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*TASTES.items()])
def test_likes_and_dislikes_are_read_in_whatever_order(text: str, expected: set[str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*LIVES.items()])
def test_homes_work_and_households_are_read(text: str, expected: set[str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*TIMES.items()])
def test_hours_sums_days_and_habits_are_read(text: str, expected: set[str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*OTHERS.items()])
def test_what_is_said_of_kin_stays_theirs_until_somebody_else_is_named(text: str, expected: set[str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize("text", TRAPS)
def test_questions_orders_jokes_and_the_venues_own_say_nothing(text: str) -> None:
    assert {(c.slot, c.value) for c in propose(text, said_on=WEDNESDAY)} == set()


@pytest.mark.parametrize(
    "part",
    ["aku suka ", "gak ", "udah 3 bulan ini ", "biasanya ", "kalo makan ", "sama suami ", "per orang maks "],
)
def test_a_long_monotonous_message_is_read_at_all(part: str) -> None:
    propose(part * (20_000 // len(part)), said_on=WEDNESDAY)
