"""Captions: one scene said many ways, terse to detailed, English and Indonesian, with a typo now and then.

Each family has a few sentence frames; words for an attribute are drawn from its synonyms. A caption mentions some attributes and leaves others
out; the text encoder's auxiliary loss and the evaluation only count what was mentioned.
"""
import random
import re

from .clip import ATTRIBUTES, LOOKS

EN, ID = 0, 1
WORDS = dict(
    colour=dict(red=(['red', 'red', 'red', 'crimson', 'scarlet', 'ruby red', 'bright red', 'cherry red'], ['merah', 'merah', 'merah tua', 'merah terang']), orange=(['orange', 'orange', 'bright orange', 'tangerine'], ['oranye', 'jingga']), yellow=(['yellow', 'yellow', 'golden yellow', 'bright yellow', 'lemon yellow'], ['kuning', 'kuning', 'kuning cerah']),
                green=(['green', 'green', 'emerald', 'dark green', 'grass green'], ['hijau', 'hijau', 'hijau tua']), blue=(['blue', 'blue', 'blue', 'azure', 'navy', 'deep blue', 'royal blue', 'cobalt'], ['biru', 'biru', 'biru tua']), purple=(['purple', 'purple', 'violet', 'deep purple'], ['ungu']),
                pink=(['pink', 'pink', 'rose', 'rosy', 'light pink'], ['merah muda', 'merah jambu', 'pink']), white=(['white', 'white', 'ivory', 'snow white'], ['putih'])),
    material=dict(rubber=(['rubber', 'rubber', 'bouncy', 'bouncy rubber'], ['karet']), metal=(['metal', 'metal', 'steel', 'iron', 'metallic'], ['logam', 'besi', 'baja']),
                  wood=(['wooden', 'wooden', 'wood'], ['kayu']), glass=(['glass', 'glass', 'crystal'], ['kaca'])),
    ground=dict(wood=(['a wooden floor', 'a wood floor', 'hardwood', 'wooden boards', 'a parquet floor'], ['lantai kayu', 'papan kayu']),
                stone=(['a stone floor', 'stone tiles', 'stone', 'a concrete floor', 'pavement'], ['lantai batu', 'batu', 'lantai beton']),
                grass=(['grass', 'a lawn', 'a green meadow', 'the grass'], ['rumput', 'padang rumput']), ice=(['ice', 'the ice', 'a frozen lake', 'an ice rink'], ['es', 'danau beku', 'lantai es']),
                snow=(['snow', 'fresh snow', 'the snow'], ['salju']), gravel=(['gravel', 'a gravel path', 'pebbles'], ['kerikil', 'jalan kerikil']),
                court=(['a court'], ['lapangan']), water=(['water'], ['air']), sand=(['sand', 'the sand', 'sandy ground'], ['pasir', 'hamparan pasir']), road=(['a road', 'the road', 'an asphalt road', 'the street'], ['jalan raya', 'jalan', 'aspal'])),
    place=dict(room=(['in a room', 'indoors', 'in a living room', 'inside', 'inside a house'], ['di dalam ruangan', 'di kamar']), hills=(['in the hills', 'before green hills', 'outdoors in the countryside', 'in the countryside', 'with hills behind'], ['di perbukitan', 'di pedesaan']),
               city=(['in the city', 'in front of a skyline', 'in town', 'before tall buildings', 'with the city behind'], ['di kota', 'di tengah kota']), sea=(['by the sea', 'at the beach', 'on the coast', 'at the seaside'], ['di tepi laut', 'di pantai'])),
    time=dict(day=(['by day', 'in daylight', 'on a sunny day', 'in the sunshine', 'at noon'], ['di siang hari', 'siang']), sunset=(['at sunset', 'at dusk', 'in the evening light', 'in the evening', 'at twilight'], ['saat matahari terbenam', 'di senja hari']),
              night=(['at night', 'by moonlight', 'in the dark', 'at midnight'], ['di malam hari', 'malam hari'])),
    style=dict(flat=(['flat illustration', 'flat style', 'vector art'], ['ilustrasi datar']), noir=(['film noir', 'noir style', 'black and white'], ['gaya noir', 'hitam putih']),
               neon=(['neon style', 'neon colours', 'synthwave'], ['gaya neon']), paper=(['paper cut-out style', 'on paper', 'paper style'], ['gaya kertas'])),
    camera=dict(still=(['static camera', 'still camera'], ['kamera diam']), pan=(['the camera pans', 'slow pan'], ['kamera bergeser']), zoom=(['the camera zooms', 'slow zoom'], ['kamera zoom', 'zoom perlahan']),
                shake=(['handheld camera', 'shaky camera'], ['kamera goyang']), follow=(['the camera follows it', 'the camera follows', 'tracking shot', 'the camera goes along with it'], ['kamera mengikuti', 'kamera mengikutinya'])),
    echo=dict(dry=(['without echo', 'no echo'], ['tanpa gema']), hall=(['in a large hall', 'in an echoing hall', 'with a long echo', 'echoing', 'with echo'], ['di aula besar', 'bergema', 'di aula yang bergema']),
              alley=(['in an alley', 'in a narrow alley', 'echoing off the walls', 'with slapping echoes'], ['di gang sempit', 'di gang', 'bergema di antara dinding'])),
    outcome=dict(none=([''], ['']), float=(['and floats', 'and floats on the surface', 'and bobs on the waves', 'and bobs up and down'], ['lalu mengapung', 'dan terapung']),
                 sink=(['and sinks', 'and sinks to the bottom', 'and goes under'], ['lalu tenggelam', 'dan tenggelam ke dasar']),
                 score=(['and scores', 'and goes in', 'swish, right through the hoop'], ['dan masuk', 'dan mencetak angka']), miss=(['and rims out', 'and misses', 'and bounces off the rim'], ['tapi meleset', 'dan memantul dari ring']),
                 near=(['close by', 'very near', 'right overhead', 'nearby', 'very close'], ['sangat dekat', 'di dekat sini']), far=(['far away', 'in the distance'], ['di kejauhan', 'jauh']),
                 single=(['a single', 'one'], ['satu']), double=(['many', 'several'], ['banyak', 'beberapa']),
                 pendulum=(['a pendulum'], ['bandul']), cradle=(["a Newton's cradle"], ['ayunan Newton']), clock=(['a clock'], ['jam']), drum=(['a drum'], ['drum']), xylophone=(['a xylophone'], ['xilofon']),
                 horn=(['and honks', 'and sounds its horn', 'honking its horn', 'and beeps'], ['sambil membunyikan klakson', 'dan mengklakson', 'lalu membunyikan klakson']),
                 calm=(['calm', 'gentle', 'quiet', 'small', 'soft'], ['tenang', 'kecil', 'lembut']), rough=(['wild', 'raging', 'rough', 'windswept', 'strong'], ['besar', 'ganas', 'liar', 'kuat']),
                 speaks=(['talks', 'speaks', 'is talking', 'is speaking', 'says something'], ['berbicara', 'bicara', 'mengatakan sesuatu', 'sedang berbicara']),
                 whispers=(['whispers', 'is whispering', 'whispers a secret', 'speaks in a whisper'], ['berbisik', 'berbisik-bisik', 'membisikkan rahasia', 'sedang berbisik'])),
    hair=dict(black=(['with black hair'], ['berambut hitam']), umber=(['with dark brown hair', 'with dark hair'], ['berambut cokelat tua', 'berambut gelap']), brown=(['with brown hair', 'with chestnut hair'], ['berambut cokelat']),
              ginger=(['with red hair', 'with ginger hair', 'with auburn hair'], ['berambut merah']), blond=(['with blonde hair', 'with blond hair', 'with fair hair'], ['berambut pirang']), grey=(['with grey hair', 'with gray hair', 'with white hair'], ['berambut abu-abu', 'berambut putih', 'beruban'])),
    cut=dict(short=(['with short hair'], ['berambut pendek']), long=(['with long hair'], ['berambut panjang']), bun=(['with a bun', 'with hair in a bun', 'with tied-up hair'], ['bersanggul', 'berambut digelung']), curly=(['with curly hair', 'with curls'], ['berambut keriting', 'berambut ikal'])),
    skin=dict(pale=(['with very fair skin', 'with pale skin'], ['berkulit sangat terang']), light=(['with light skin', 'with fair skin'], ['berkulit terang']), olive=(['with olive skin', 'with tanned skin'], ['berkulit sawo matang']), brown=(['with brown skin'], ['berkulit cokelat']), dark=(['with dark skin', 'with black skin'], ['berkulit gelap', 'berkulit hitam'])),
    glasses=dict(no=(['without glasses'], ['tanpa kacamata']), yes=(['with glasses', 'wearing glasses', 'in glasses'], ['berkacamata', 'memakai kacamata'])),
    beard=dict(no=(['without a beard', 'clean-shaven'], ['tanpa janggut', 'tidak berjanggut']), yes=(['with a beard', 'with a full beard'], ['berjanggut', 'berjenggot'])),
    person=dict(man=(['man', 'man', 'guy', 'gentleman', 'father'], ['pria', 'lelaki', 'laki-laki', 'bapak']), woman=(['woman', 'woman', 'lady', 'mother'], ['wanita', 'perempuan', 'ibu']),
                child=(['child', 'child', 'kid', 'little kid', 'young child'], ['anak', 'anak kecil', 'bocah'])))

# Things that are met in pairs, as phrases with slots of their own, and what they do. Those of the second thing have [colour2] and [material2] for [colour] and [material].
THINGS = dict(ball=(['a [colour] [material] ball', 'a [colour] [material] ball', 'a [colour] ball', 'a [material] ball', 'a [colour] [material] sphere', 'a bouncing [colour] [material] ball', 'a ball'], ['bola [material] [colour]', 'bola [colour] [material]', 'bola [colour]', 'sebuah bola [material] berwarna [colour]', 'bola']),
              pendulum=(['a [colour] [material] pendulum', 'a [colour] [material] pendulum', 'a [colour] pendulum', 'a swinging [colour] [material] pendulum', 'a [colour] [material] ball on a string', 'a pendulum'], ['bandul [material] [colour]', 'bandul [colour] [material]', 'bandul [colour]', 'sebuah bandul']),
              drum=(['a [colour] drum', 'a [colour] drum', 'a [colour] toy drum', 'a big [colour] drum', 'a drum'], ['drum [colour]', 'genderang [colour]', 'sebuah drum berwarna [colour]', 'drum']),
              campfire=(['a [outcome] campfire', 'a campfire', 'a crackling campfire', 'a [outcome] bonfire', 'a [outcome] wood fire', 'a fire'], ['api unggun', 'api unggun [outcome]', 'sebuah api unggun', 'api']))
ACTS = dict(ball=(['bounces', 'bounces', 'falls', 'drops and bounces', 'hops', 'falls and bounces', 'hits the ground'], ['memantul', 'jatuh', 'jatuh dan memantul', 'melompat-lompat']),
            pendulum=(['swings', 'swings', 'swings to and fro', 'swings back and forth', 'sways'], ['berayun', 'bergoyang', 'berayun ke kiri dan ke kanan']),
            drum=(['is struck', 'is beaten', 'sounds', 'booms', 'is hit with a stick'], ['dipukul', 'berbunyi', 'ditabuh', 'berdentum']),
            campfire=(['burns', 'crackles', 'flickers', 'burns and crackles', 'blazes'], ['menyala', 'berderak', 'terbakar']))
WORDS.update(first=THINGS, second=THINGS, acts={kind: tuple([f'{t} {a}' for t in THINGS[kind][k] if 'ing ' not in t for a in ACTS[kind][k]] for k in (EN, ID)) for kind in THINGS},
             relation=dict(left=(['left of', 'to the left of', 'to the left of', 'on the left of', 'on the left side of'], ['di kiri', 'di sebelah kiri']), right=(['right of', 'to the right of', 'to the right of', 'on the right of', 'on the right side of'], ['di kanan', 'di sebelah kanan']),
                           behind=(['behind', 'behind', 'some way behind'], ['di belakang']), then=(['then', 'and then', 'after that', 'a moment later'], ['lalu', 'kemudian', 'setelah itu'])))

# Sentence frames: [name] inserts the attribute's words. The core of a frame always stands; what follows is drawn from EXTRAS.
FRAMES = dict(
    balls=(['a [colour] [material] ball bounces on [ground]', 'a [colour] [material] ball falls onto [ground]', '[colour] [material] ball hopping on [ground]', 'a [colour] [material] sphere drops and bounces on [ground]',
            'a [material] [colour] ball', 'a [colour] ball bounces', '[colour] [material] ball', 'a [colour] [material] ball hits [ground] and bounces back', 'a bouncing [colour] ball made of [material] on [ground]', 'a ball made of [colour] [material] falls on [ground]', 'on [ground], a [colour] [material] ball bounces', 'a [colour] [material] ball is dropped on [ground]',
            'a [colour] sphere of [material] hopping on [ground]', '[colour] ball jumping up and down on [ground]'],
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
               ['kembang api [colour] [place]', 'kembang api [colour] meledak di langit', '[outcome] kembang api [colour] [place]']),
    pendulum=(['a [colour] [material] pendulum swings', 'a [colour] [material] ball swings on a string', '[colour] [material] pendulum', 'a [material] ball hangs from a wooden stand and swings to and fro', 'a [colour] ball on a string swings back and forth',
               'a [colour] [material] bob swings from a beam with a soft whoosh', 'a pendulum with a [colour] [material] bob', 'a swinging [colour] pendulum'],
              ['bandul [material] [colour] berayun', 'bola [material] berwarna [colour] berayun pada tali', 'sebuah bandul [colour] bergoyang ke kiri dan ke kanan', 'bola [colour] [material] tergantung dan berayun', 'bandul [material] [colour]']),
    cradle=(["a Newton's cradle with [colour] [material] balls", "a Newton's cradle clicks, four [colour] [material] balls", 'four [colour] [material] balls on strings click against each other', 'a [colour] [material] ball swings and knocks the ball at the other end away',
             '[colour] [material] balls of a newtons cradle', "[colour] newton's cradle", 'a desk toy with [colour] [material] balls clicks to and fro', 'clicking pendulum balls made of [colour] [material]'],
            ['ayunan Newton dengan bola [material] [colour]', 'empat bola [material] berwarna [colour] saling berbenturan', 'bola-bola [colour] [material] berayun dan beradu', 'ayunan newton [colour]', 'bola [material] [colour] membentur deretan bola']),
    clock=(['a [colour] clock ticks', 'a [colour] grandfather clock with a [material] pendulum', 'a [colour] pendulum clock ticks, its [material] bob swings', 'tick tock, a [colour] clock', 'an old [colour] clock with a swinging [material] pendulum',
            '[colour] grandfather clock', 'the second hand of a [colour] clock moves with each tick', 'a ticking [colour] clock, [material] pendulum'],
           ['jam [colour] berdetak', 'jam bandul [colour] dengan bandul [material]', 'jam lemari berwarna [colour] berdetak tik tok', 'tik tok, jam [colour]', 'jam kuno [colour], bandul [material] berayun']),
    chimes=(['a [material] xylophone', 'a melody on a [material] xylophone', '[colour] mallets play a [material] xylophone', 'someone plays a [material] xylophone with [colour] mallets', 'a [colour] mallet strikes the bars of a [material] xylophone',
             'a rainbow [material] xylophone rings under [colour] mallets', 'a tune on colourful [material] bars', 'playing the [material] xylophone, note by note', 'a xylophone with [material] bars and [colour] mallets'],
            ['xilofon [material]', 'melodi di atas xilofon [material]', 'pemukul [colour] memainkan xilofon [material]', 'seseorang bermain xilofon [material] dengan pemukul [colour]', 'bilah xilofon [material] dipukul dengan pemukul [colour]', 'lagu dari xilofon [material] warna-warni']),
    drum=(['a [colour] drum', 'a [colour] drum is beaten', 'someone plays a [colour] drum', 'drumsticks beat a rhythm on a [colour] drum', 'a rhythm on a big [colour] drum', 'sticks bang on a [colour] toy drum', 'a [colour] drum booms', 'boom boom, a [colour] drum'],
          ['drum [colour]', 'sebuah drum [colour] dipukul', 'seseorang menabuh genderang [colour]', 'stik memukul drum [colour] dengan irama', 'genderang [colour] berdentum']),
    cars=(['a [colour] car drives by [outcome]', 'a [colour] car passes on [ground] [outcome]', '[colour] car driving past', 'a car passes by [place] [outcome]', 'a [colour] car drives along [ground] [place] [outcome]', '[colour] car [place]', 'a [colour] car goes past [outcome]',
           'a passing [colour] car, engine humming', 'a [colour] automobile rolls down [ground]', 'traffic: a [colour] car passes [place] [outcome]'],
          ['mobil [colour] lewat [outcome]', 'sebuah mobil [colour] melaju di [ground] [outcome]', 'mobil [colour] melintas [place] [outcome]', 'mobil lewat [place] [outcome]', 'mobil berwarna [colour] melewati [ground]', 'mobil [colour]']),
    campfire=(['a [outcome] campfire', 'a [outcome] campfire on [ground] [place]', 'a crackling campfire on [ground]', 'logs burn in a ring of stones on [ground], crackling', 'campfire [place]', '[outcome] flames flicker over burning logs', 'a [outcome] bonfire crackles [place]', 'a [outcome] wood fire, sparks rise',
               'the [outcome] fire crackles and throws sparks [place]', 'burning logs on [ground] [place]'],
              ['api unggun [outcome]', 'api unggun [outcome] di atas [ground] [place]', 'api unggun berderak di [ground]', 'kayu terbakar di dalam lingkaran batu [place]', 'api unggun [outcome] menyala [place]', 'nyala api [outcome] di atas kayu bakar, percikan api naik']),
    waves=(['[outcome] waves break on a rock [place]', '[outcome] waves crash against a dark rock [place]', 'a dark rock in the [outcome] surf [place]', '[outcome] waves roll in and hit the rock', 'a wave hits a rock and throws up white spray', 'surf [place], spray flies up from a rock, foam slides back',
            '[outcome] ocean waves and a rock [place]', '[outcome] waves', 'swell on the [outcome] sea breaks on a black rock', 'breaking waves'],
           ['ombak [outcome] memecah di batu karang [place]', 'ombak [outcome] menghantam karang [place]', 'deburan ombak [outcome] di batu karang', 'ombak laut [outcome] menerpa batu', 'ombak [outcome] memercikkan buih putih di karang [place]', 'ombak [outcome]']),
    explosion=(['a [colour] [material] barrel explodes [outcome]', 'an explosion [outcome], a [colour] barrel bursts [place]', 'a [colour] [material] barrel blows up on [ground] [outcome]', 'a fireball rises from a [colour] [material] barrel on [ground]', 'explosion on [ground] [place], a cloud of smoke rises',
                'a barrel bursts with a flash, then comes the boom [outcome]', 'a [colour] barrel goes up in a ball of fire [place]', 'a [material] barrel explodes, debris flies and smoke drifts [place]', 'a big explosion [outcome]', 'boom, a [colour] barrel blows apart, a mushroom of black smoke [place]',
                'a blast [outcome], fire and dark smoke over [ground]', 'a flash, a fireball and a rising cloud of smoke [outcome]', 'exploding [colour] [material] barrel'],
               ['tong [material] [colour] meledak [outcome]', 'ledakan [outcome] [place], bola api dan asap hitam', 'tong [colour] meledak di atas [ground] [place]', 'bola api membubung dari tong [material] [colour]', 'sebuah tong [material] berwarna [colour] meledak [outcome], puing beterbangan',
                'ledakan besar [outcome], asap mengepul di atas [ground]']),
    flag=(['a [colour] flag in the wind', 'a [colour] flag on a pole in a [outcome] wind [place]', 'a [colour] flag waves in the [outcome] wind', 'a [colour] banner on a flagpole, [outcome] wind', 'the [outcome] wind moves a [colour] flag [place]', '[colour] flag [place], [outcome] wind', 'a flagpole with a [colour] flag on [ground]',
           'a plain [colour] flag flaps on its pole', 'a [colour] flag flying [place]', 'in a [outcome] breeze, a [colour] flag'],
          ['bendera [colour] berkibar ditiup angin [outcome]', 'sebuah bendera [colour] pada tiang [place]', 'bendera berwarna [colour] dalam angin [outcome]', 'angin [outcome] meniup bendera [colour] [place]', 'tiang dengan bendera [colour] di atas [ground]', 'bendera [colour]']),
    flag2=(['a [colour] flag with a [colour2] stripe in the wind', 'a [colour] flag with a [colour2] stripe on a pole, [outcome] wind', 'a striped [colour] flag with a [colour2] band waves in the [outcome] wind', 'a [colour] and [colour2] flag [place]', 'the [outcome] wind moves a flag, [colour] with a [colour2] band',
            'a [colour] banner with a [colour2] stripe flaps on its pole', 'a flagpole on [ground] with a [colour] flag that has a [colour2] stripe', 'striped [colour] and [colour2] flag in a [outcome] breeze'],
           ['bendera [colour] dengan garis [colour2] berkibar ditiup angin [outcome]', 'bendera bergaris [colour] dan [colour2] pada tiang [place]', 'bendera [colour] bergaris [colour2] dalam angin [outcome]', 'angin [outcome] meniup bendera [colour] dan [colour2]', 'tiang dengan bendera bergaris [colour] dan [colour2] di atas [ground]']),
    dress=(['someone in a long [colour] dress in the wind', 'a woman in a [colour] dress stands in the [outcome] wind [place]', 'a long [colour] dress flutters in the [outcome] wind', 'the [outcome] wind blows through a [colour] dress and long hair', 'a girl in a [colour] gown on [ground], [outcome] wind',
            'a lady in a [colour] dress faces the [outcome] wind, her hair flying', 'a [colour] dress blowing in a [outcome] wind [place]', 'a person in a [colour] dress [place], hair in the wind', '[colour] skirt and long hair in a [outcome] breeze', 'a woman in a flowing [colour] dress stands on [ground]', 'a woman in the wind [place]'],
           ['seorang wanita bergaun [colour] berdiri dalam angin [outcome]', 'gaun panjang [colour] berkibar ditiup angin [outcome]', 'perempuan dengan gaun [colour] di atas [ground], angin [outcome]', 'angin [outcome] meniup gaun [colour] dan rambut panjang', 'gadis bergaun [colour] [place], rambutnya tertiup angin', 'seseorang bergaun [colour] menghadap angin [outcome] [place]']),
    talk=(['a [person] [hair] talks', 'a [person] [cut] says something', 'a [person] [glasses] talks to us', 'a [person] [skin] [hair] speaks', 'a [person] in a [colour] sweater talks to the camera', 'a [person] says something [place]', 'someone speaks', 'a talking face', 'a [person] talks', 'a [person] in [colour] talks to you', 'a teacher explains', 'a friend greets you', 'portrait of a [person] who speaks', 'a [person] wearing a [colour] top looks at us and talks [place]',
           'a [person] tells a story', 'close-up of a talking [person]', 'a [person] in a [colour] pullover says hello', 'a [person] in a [colour] jumper speaks to the viewer [place]', 'a presenter in a [colour] sweater talks to the camera', 'a person talks [place]', 'head and shoulders of a [person], talking'],
          ['seorang [person] [hair] berbicara', 'seorang [person] [cut] mengatakan sesuatu', 'seorang [person] [glasses] sedang bicara', '[person] [skin] [hair] berbicara', 'seorang [person] bersweter [colour] berbicara ke kamera', '[person] mengatakan sesuatu [place]', 'seseorang berbicara', 'wajah yang berbicara', 'seorang [person] berbaju [colour] berbicara [place]', 'guru menjelaskan', 'seorang teman menyapa kamu', '[person] berbaju [colour] bercerita', 'potret [person] yang sedang bicara', 'seorang [person] menyapa [place]']),
    whisper=(['a [person] [hair] whispers', 'a [person] [cut] whispers', 'a [person] in [colour] whispers', 'a [person] in a [colour] sweater whispers to the camera', 'someone whispers', 'a whispering face', 'a [person] whispers a secret [place]', 'a [person] speaks in a whisper, a hand beside the mouth', 'a friend whispers to you', 'a [person] in a [colour] pullover leans in and whispers', 'a [person] whispers [place]',
              'close-up of a whispering [person]', 'psst, a [person] tells a secret', 'a [person] wearing a [colour] top says something very softly'],
             ['seorang [person] [hair] berbisik', '[person] [cut] berbisik', 'seorang [person] berbisik', '[person] bersweter [colour] berbisik ke kamera', 'seseorang berbisik', 'wajah yang berbisik', 'seorang [person] membisikkan rahasia [place]', 'seorang teman berbisik kepadamu', '[person] berbaju [colour] berbisik-bisik [place]', 'ssst, [person] berbisik dengan tangan di samping mulut']))
# Frames of their own for some scenes of a family: (family, attribute, value) -> name in FRAMES and EXTRAS. Their words say that value.
SETS = {('balls', 'count', 'two'): 'balls2', ('pendulum', 'outcome', 'cradle'): 'cradle', ('pendulum', 'outcome', 'clock'): 'clock', ('chimes', 'outcome', 'drum'): 'drum', ('flag', 'count', 'two'): 'flag2', ('talk', 'outcome', 'whispers'): 'whisper'}
EXTRAS = dict(balls=['place', 'time', 'style', 'camera'], balls2=['place', 'time', 'style', 'camera'], basketball=['place', 'time', 'style', 'camera'], water=['place', 'time', 'style', 'camera'],
              thunder=['time', 'style', 'camera'], footsteps=['place', 'time', 'style', 'camera'], fireworks=['style', 'camera'],
              **{name: ['place', 'time', 'style', 'camera'] for name in ('pendulum', 'cradle', 'clock', 'chimes', 'drum', 'cars', 'campfire', 'explosion', 'flag', 'flag2', 'dress', 'talk', 'whisper')}, waves=['time', 'style', 'camera'])
for _name in ('balls', 'balls2', 'basketball', 'water', 'footsteps', 'pendulum', 'cradle', 'clock', 'chimes', 'drum', 'talk', 'whisper'): EXTRAS[_name].append('echo')
for _name in ('talk', 'whisper'): EXTRAS[_name] = [n for n in LOOKS if n in WORDS] + EXTRAS[_name]
USUAL = dict(style='flat', camera='still', time='day', echo='dry', glasses='no', beard='no')    # said seldom: nobody writes "by day, static camera, flat style"

# Two things: [first] and [second] insert phrases with slots of their own, [acts] and [acts2] what the two do.
BESIDE = (['[acts] [relation] [second]', '[acts] [relation] [second]', '[first] [relation] [second]', '[acts] [relation] [second] on [ground]', '[first] [relation] [second] on [ground]', '[relation] [second], [acts]', '[second] with [first] [relation] it', '[acts2], and [relation] it [acts]', 'there is [first] [relation] [second]'],
          ['[acts] [relation] [second]', '[first] [relation] [second]', '[acts] [relation] [second] di atas [ground]', '[relation] [second], [acts]', 'ada [first] [relation] [second]'])
FRAMES.update(pair=BESIDE,
    pair_left=(BESIDE[EN] + ['[first] on the left, [second] on the right', '[acts] on the left, [acts2] on the right', '[second] on the right and [first] on the left'], BESIDE[ID] + ['[first] di kiri, [second] di kanan', 'di kiri [acts], di kanan [acts2]']),
    pair_right=(BESIDE[EN] + ['[first] on the right, [second] on the left', '[acts] on the right, [acts2] on the left', '[second] on the left and [first] on the right'], BESIDE[ID] + ['[first] di kanan, [second] di kiri', 'di kanan [acts], di kiri [acts2]']),
    pair_behind=(BESIDE[EN] + ['[second] in front of [first]', '[acts2] in front of [first]', '[acts] in the background, [second] in front', '[second] in the foreground, [first] further back'], BESIDE[ID] + ['[second] di depan [first]', '[acts2] di depan [first]', '[second] di depan, [acts] di latar belakang']),
    pair_then=(['[acts], [relation] [acts2]', '[acts], [relation] [acts2]', 'first [acts], [relation] [acts2]', 'first [acts], then [acts2]', '[acts] [relation] [acts2]', '[acts2] after [acts]', 'once [acts], [acts2]', 'first [first], then [second]', '[acts], followed by [second]', '[acts] before [acts2]'],
               ['[acts], [relation] [acts2]', '[acts] [relation] [acts2]', 'mula-mula [acts], [relation] [acts2]', 'pertama [acts], kemudian [acts2]', 'setelah [acts], [acts2]', 'mula-mula [first], lalu [second]']))
SETS.update({('pair', 'relation', r): f'pair_{r}' for r in ATTRIBUTES['relation']})
EXTRAS.update({name: ['place', 'time', 'style', 'camera'] for name in ('pair', *(f'pair_{r}' for r in ATTRIBUTES['relation']))})


def write(row, rng=random):
    """One caption for a row of attribute indices -> (text, names of the attributes mentioned). `row` follows the order of ATTRIBUTES; −1 is none."""
    value = {n: ATTRIBUTES[n][i] for n, i in zip(ATTRIBUTES, row) if i >= 0}
    family = value['family']
    frame_set = next((s for (f, name, v), s in SETS.items() if f == family and value.get(name) == v), family)
    language = EN if rng.random() < .65 else ID
    hidden = {'colour', 'colour2'} if value.get('style') == 'noir' and rng.random() < .5 else set()
    mentioned, text = {'family'}, rng.choice(FRAMES[frame_set][language])
    mentioned |= {name for f, name, _ in SETS if f == family}                                    # which frames stand here says that too
    for slot, name, words in (('[first]', 'first', THINGS), ('[second]', 'second', THINGS), ('[acts]', 'first', WORDS['acts']), ('[acts2]', 'second', WORDS['acts'])):
        if slot not in text: continue
        phrase = rng.choice(words[value[name]][language])
        if language == EN and rng.random() < .2: phrase = re.sub(r'^a ', 'the ', phrase)
        text = text.replace(slot, re.sub(r'\[(colour|material)\]', r'[\g<1>2]', phrase) if name == 'second' else phrase)
        mentioned.add(name)
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
        if rng.random() > (.12 if USUAL.get(name) == value[name] else .8 if name in ('style', 'camera', 'time', 'echo') else .3 if name in LOOKS else .5): continue
        words = rng.choice(WORDS[name][value[name]][language])
        text += (' ' if name in ('place', 'time', 'echo', *LOOKS) and rng.random() < .6 else ', ') + words
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
