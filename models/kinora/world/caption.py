"""Captions: one scene said many ways, terse to detailed, English and Indonesian, with a typo now and then.

Each family has a few sentence frames; words for an attribute are drawn from its synonyms. A caption mentions some attributes and leaves others
out; the text encoder's auxiliary loss and the evaluation only count what was mentioned.
"""
import random
import re

from .clip import ATTRIBUTES

EN, ID = 0, 1
WORDS = dict(
    colour=dict(red=(['red', 'red', 'crimson', 'scarlet'], ['merah']), orange=(['orange'], ['oranye', 'jingga']), yellow=(['yellow', 'golden yellow'], ['kuning']),
                green=(['green', 'emerald'], ['hijau']), blue=(['blue', 'blue', 'azure', 'navy'], ['biru']), purple=(['purple', 'violet'], ['ungu']),
                pink=(['pink', 'rose'], ['merah muda', 'pink']), white=(['white', 'ivory'], ['putih'])),
    material=dict(rubber=(['rubber', 'rubber', 'bouncy'], ['karet']), metal=(['metal', 'metal', 'steel', 'iron'], ['logam', 'besi', 'baja']),
                  wood=(['wooden', 'wooden', 'wood'], ['kayu']), glass=(['glass', 'glass', 'crystal'], ['kaca'])),
    ground=dict(wood=(['a wooden floor', 'a wood floor', 'hardwood', 'wooden boards', 'a parquet floor'], ['lantai kayu', 'papan kayu']),
                stone=(['a stone floor', 'stone tiles', 'stone', 'a concrete floor', 'pavement'], ['lantai batu', 'batu', 'lantai beton']),
                grass=(['grass', 'a lawn', 'a green meadow', 'the grass'], ['rumput', 'padang rumput']), ice=(['ice', 'the ice', 'a frozen lake', 'an ice rink'], ['es', 'danau beku', 'lantai es']),
                snow=(['snow', 'fresh snow', 'the snow'], ['salju']), gravel=(['gravel', 'a gravel path', 'pebbles'], ['kerikil', 'jalan kerikil']),
                court=(['a court'], ['lapangan']), water=(['water'], ['air'])),
    place=dict(room=(['in a room', 'indoors', 'in a living room', 'inside'], ['di dalam ruangan', 'di kamar']), hills=(['in the hills', 'before green hills', 'outdoors in the countryside'], ['di perbukitan', 'di pedesaan']),
               city=(['in the city', 'in front of a skyline', 'over the city', 'on a city street'], ['di kota', 'di tengah kota']), sea=(['by the sea', 'at the beach', 'over the sea'], ['di tepi laut', 'di pantai'])),
    time=dict(day=(['by day', 'in daylight', 'on a sunny day'], ['di siang hari', 'siang']), sunset=(['at sunset', 'at dusk', 'in the evening light'], ['saat matahari terbenam', 'di senja hari']),
              night=(['at night', 'by moonlight', 'in the dark'], ['di malam hari', 'malam hari'])),
    style=dict(flat=(['flat illustration', 'flat style', 'vector art'], ['ilustrasi datar']), noir=(['film noir', 'noir style', 'black and white'], ['gaya noir', 'hitam putih']),
               neon=(['neon style', 'neon colours', 'synthwave'], ['gaya neon']), paper=(['paper cut-out style', 'on paper', 'paper style'], ['gaya kertas'])),
    camera=dict(still=(['static camera', 'still camera'], ['kamera diam']), pan=(['the camera pans', 'slow pan'], ['kamera bergeser']), zoom=(['the camera zooms', 'slow zoom'], ['kamera zoom', 'zoom perlahan']),
                shake=(['handheld camera', 'shaky camera'], ['kamera goyang'])),
    outcome=dict(none=([''], ['']), float=(['and floats', 'and floats on the surface', 'and bobs on the waves', 'and bobs up and down'], ['lalu mengapung', 'dan terapung']),
                 sink=(['and sinks', 'and sinks to the bottom', 'and goes under'], ['lalu tenggelam', 'dan tenggelam ke dasar']),
                 score=(['and scores', 'and goes in', 'swish, right through the hoop'], ['dan masuk', 'dan mencetak angka']), miss=(['and rims out', 'and misses', 'and bounces off the rim'], ['tapi meleset', 'dan memantul dari ring']),
                 near=(['close by', 'very near', 'right overhead'], ['sangat dekat', 'di dekat sini']), far=(['far away', 'in the distance'], ['di kejauhan', 'jauh']),
                 single=(['a single', 'one'], ['satu']), double=(['many', 'several'], ['banyak', 'beberapa'])))

# Sentence frames: [name] inserts the attribute's words. The core of a frame always stands; what follows is drawn from EXTRAS.
FRAMES = dict(
    balls=(['a [colour] [material] ball bounces on [ground]', 'a [colour] [material] ball falls onto [ground]', '[colour] [material] ball hopping on [ground]', 'a [colour] [material] sphere drops and bounces on [ground]',
            'a [material] [colour] ball', 'a [colour] ball bounces', '[colour] [material] ball', 'a [colour] [material] ball hits [ground] and bounces back', 'a bouncing [colour] ball made of [material] on [ground]'],
           ['bola [material] [colour] memantul di [ground]', 'bola [colour] [material] jatuh ke [ground]', 'sebuah bola [material] berwarna [colour] memantul di atas [ground]', 'bola [colour] memantul', 'bola [material] [colour] jatuh dan memantul di [ground]']),
    balls2=(['a [colour] [material] ball and a [colour2] [material2] ball collide on [ground]', 'two balls, one [colour] [material] and one [colour2] [material2], bounce on [ground]', 'a [colour] [material] ball bumps into a [colour2] [material2] ball',
             'a [colour] ball and a [colour2] ball bounce together on [ground]'],
            ['bola [material] [colour] dan bola [material2] [colour2] bertabrakan di [ground]', 'dua bola, [colour] dan [colour2], memantul di [ground]']),
    basketball=(['a basketball is thrown at the hoop [outcome]', 'basketball shot [outcome]', 'a player shoots a basketball [outcome]', 'an orange basketball flies to the basket [outcome]', 'a basketball [outcome]'],
                ['bola basket dilempar ke ring [outcome]', 'lemparan bola basket [outcome]', 'bola basket melambung ke keranjang [outcome]']),
    water=(['a [colour] [material] ball drops into water [outcome]', 'a [colour] [material] ball falls into the water [outcome]', '[colour] [material] ball splashes into a pool [outcome]', 'a [material] ball is dropped in water [outcome]',
            'a [colour] [material] sphere plunges into the lake [outcome]', 'a splash as a [colour] [material] ball hits the water [outcome]'],
           ['bola [material] [colour] jatuh ke air [outcome]', 'bola [colour] [material] tercebur ke dalam air [outcome]', 'sebuah bola [material] berwarna [colour] dijatuhkan ke kolam [outcome]']),
    thunder=(['a thunderstorm [place], [outcome]', 'rain and thunder [place]', 'lightning strikes [outcome] [place]', 'heavy rain with lightning and thunder [place], [outcome]', 'thunderstorm [place]', 'a storm with thunder [outcome]', 'rain falls [place], lightning flashes, thunder rolls [outcome]'],
             ['badai petir [place], [outcome]', 'hujan dan guntur [place]', 'petir menyambar [outcome] [place]', 'hujan deras dengan kilat dan guntur [place]', 'hujan petir [outcome]']),
    footsteps=(['someone walks on [ground]', 'a person in a [colour] coat walks on [ground]', 'footsteps on [ground]', 'a walker in [colour] crosses [ground]', 'a person walking over [ground], footsteps'],
               ['seseorang berjalan di atas [ground]', 'orang berjaket [colour] berjalan di [ground]', 'langkah kaki di [ground]']),
    fireworks=(['[outcome] [colour] fireworks [place]', '[colour] fireworks explode in the sky [place]', 'fireworks [place], [colour] sparks', 'a [colour] firework bursts [place]', '[colour] rockets burst into sparks'],
               ['kembang api [colour] [place]', 'kembang api [colour] meledak di langit', '[outcome] kembang api [colour] [place]']))
EXTRAS = dict(balls=['place', 'time', 'style', 'camera'], balls2=['place', 'time', 'style', 'camera'], basketball=['place', 'time', 'style', 'camera'], water=['place', 'time', 'style', 'camera'],
              thunder=['time', 'style', 'camera'], footsteps=['place', 'time', 'style', 'camera'], fireworks=['style', 'camera'])
USUAL = dict(style='flat', camera='still', time='day')    # said seldom: nobody writes "by day, static camera, flat style"


def write(row, rng=random):
    """One caption for a row of attribute indices -> (text, names of the attributes mentioned). `row` follows the order of ATTRIBUTES; −1 is none."""
    value = {n: ATTRIBUTES[n][i] for n, i in zip(ATTRIBUTES, row) if i >= 0}
    family = value['family']
    frame_set = 'balls2' if family == 'balls' and value.get('count') == 'two' else family
    language = EN if rng.random() < .65 else ID
    hidden = {'colour', 'colour2'} if value.get('style') == 'noir' and rng.random() < .5 else set()
    mentioned, text = {'family'}, rng.choice(FRAMES[frame_set][language])
    if family == 'balls': mentioned.add('count')
    for name in ATTRIBUTES:
        slot = f'[{name}]'
        if slot not in text: continue
        if name not in value or name in hidden or (name == 'outcome' and rng.random() < .3):
            text = text.replace(slot, '')
            continue
        words = WORDS[name.rstrip('2')][value[name]][language]
        text = text.replace(slot, rng.choice(words))
        if name != 'outcome' or value[name] != 'none': mentioned.add(name)
    for name in EXTRAS[frame_set]:
        if name not in value or name in mentioned: continue
        if rng.random() > (.12 if USUAL.get(name) == value[name] else .8 if name in ('style', 'camera', 'time') else .5): continue
        words = rng.choice(WORDS[name][value[name]][language])
        text += (' ' if name in ('place', 'time') and rng.random() < .6 else ', ') + words
        mentioned.add(name)
    text = re.sub(r'( ?,)+', ',', ' '.join(text.split())).strip(' ,')
    if language == EN: text = re.sub(r'\ba (?=[aeiou])', 'an ', text)
    if rng.random() < .08: text = typo(text, rng)
    return text, mentioned


def typo(text, rng=random):
    """One slip of the finger: a letter dropped, doubled or swapped."""
    if len(text) < 8: return text
    i = rng.randrange(1, len(text) - 2)
    return rng.choice([text[:i] + text[i + 1:], text[:i] + text[i] + text[i:], text[:i] + text[i + 1] + text[i] + text[i + 2:]])
