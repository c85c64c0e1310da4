/**
 * Words that people write and the captions of training do not use. `SAME` mean what the model knows; `NEAR` only come close, and the person is
 * told so. The captions' own words are in vocabulary.json.
 */
import type { Attribute, Language } from './slots.ts'

type Words = Partial<Record<Attribute, Record<string, Partial<Record<Language, string>>>>>

/** Phrases are separated by "/". */
export const SAME: Words = {
  colour: {
    red: { en: 'ruby/fire red/dark red/deep red', id: 'merah menyala/merah cerah/merah gelap' },
    orange: { en: 'deep orange/dark orange', id: 'jeruk/jingga tua' },
    yellow: { en: 'canary/sunny yellow/canary yellow', id: 'kuning terang/kuning muda' },
    green: { en: 'jade/bright green/lime green/light green', id: 'hijau muda/hijau terang' },
    blue: { en: 'sapphire/ultramarine/sky blue/navy blue/dark blue/light blue/bright blue', id: 'biru muda/biru langit/biru terang' },
    purple: { en: 'lilac/lavender/mauve/dark purple/light purple', id: 'violet/lembayung/ungu tua/ungu muda' },
    pink: { en: 'hot pink/bright pink', id: 'merah muda terang' },
    white: { en: 'snow-white/pure white', id: 'putih salju' },
  },
  material: {
    rubber: { en: 'elastic', id: 'kenyal' },
    metal: { en: 'of metal/of steel', id: 'metal' },
    wood: { en: 'timber/oak/of wood', id: 'kayu jati' },
    glass: { en: 'glassy', id: 'kristal/beling' },
  },
  ground: {
    wood: { en: 'wooden planks/wood planks/wooden floorboards/floorboards/parquet/planks/on wood/onto wood/the boards', id: 'di kayu/di atas kayu/ke kayu/parket' },
    stone: {
      en: 'concrete/cement/asphalt/cobblestones/stone floor/tiles/stones/paving stones/the street/on the road/rock',
      id: 'beton/aspal/trotoar/ubin/semen',
    },
    grass: { en: 'football field/soccer field/soccer pitch/football pitch/green grass/meadow/turf/grassy field/lush grass', id: 'lapangan bola/lapangan sepak bola/halaman rumput/lapangan rumput/rerumputan' },
    ice: { en: 'frozen pond/icy floor/icy ground/skating rink/icy lake', id: 'permukaan es/arena es/gelanggang es' },
    snow: { en: 'snowy ground/snowy path/snowy field/white snow', id: 'jalan bersalju/tanah bersalju' },
    gravel: { en: 'shingle/gravelly path/small stones', id: 'batu kerikil/batu-batu kecil' },
    court: { en: 'basketball court', id: 'lapangan basket' },
    water: { en: '', id: '' },
    sand: { en: 'sandy/sandy beach/sand dune/sand dunes/dunes', id: 'berpasir/tanah berpasir/pantai berpasir/bukit pasir' },
    road: { en: 'asphalt/on the road/street/highway/motorway/tarmac/lane/country road/city street', id: 'jalan tol/jalan aspal/jalan beraspal' },
  },
  place: {
    room: { en: 'living room/bedroom/in the house/at home', id: 'ruang tamu/kamar/ruangan/di rumah/di dalam rumah' },
    hills: { en: 'outside/hills/countryside/hill/hillside/in the country/outdoors', id: 'bukit/perbukitan/pedesaan/di desa/luar ruangan' },
    city: { en: 'downtown/town/skyline/urban/over the city/above the city/on a city street', id: 'perkotaan/tengah kota' },
    sea: { en: 'seaside/seashore/beach/shore/ocean/coast/sea/into the sea/in the sea/into the ocean/in the ocean/over the sea/at sea/sandy beach/on the beach/on a beach', id: 'pantai/laut/pantai berpasir/di tepi pantai/pesisir/lautan/samudra/ke laut/ke dalam laut' },
  },
  time: {
    day: { en: 'daytime/noon/midday/sunny/by daylight', id: 'siang hari/tengah hari/siang bolong' },
    sunset: { en: 'sunset/sunsets/sun sets/sun is setting/setting sun/sun goes down/dusk/evening/twilight/golden hour', id: 'senja/sore/sore hari/matahari terbenam/petang' },
    night: { en: 'night/nights/tonight/nighttime/midnight/night sky/dark sky/dark room/dark street/dark forest/dark/the moon/moon/dark night/starry night/moonlight/moonlit/after dark', id: 'malem/malam/tengah malam/cahaya bulan/bulan/gelap/malam gelap/langit malam' },
  },
  style: {
    flat: { en: 'flat design/vector style/vector illustration/flat look', id: 'gaya datar/ilustrasi vektor' },
    noir: { en: 'black-and-white/monochrome/noir/greyscale/grayscale', id: 'hitam-putih/monokrom/film noir' },
    neon: { en: 'neon/neon lights/neon look/neon colors/vaporwave', id: 'neon/lampu neon/warna neon' },
    paper: { en: 'paper cutout/papercut/cut-out paper/cutout style/paper cutout style/paper look', id: 'potongan kertas/guntingan kertas' },
  },
  camera: {
    still: { en: 'fixed camera/locked camera/camera is still/tripod', id: 'kamera tetap/kamera statis' },
    pan: { en: 'panning/panning camera/camera pan/camera pans', id: 'kamera bergerak menyamping/panning' },
    zoom: { en: 'zoom in/zoom out/zooming/zooming in/camera zooms/camera zoom/zooms in', id: 'kamera mendekat/zoom' },
    shake: { en: 'handheld/hand-held/hand-held camera/camera shake/shaking camera/camera shakes', id: 'kamera genggam/kamera bergoyang' },
    follow: { en: 'camera following/camera following it/following camera/follow shot/follow cam/camera follows him/camera follows her/camera tracks/tracking camera/camera goes along', id: 'diikuti kamera/kamera ikut/kamera mengikuti orangnya' },
  },
  echo: {
    hall: { en: 'echo/echoes/echoey/with echoes/reverb/reverberating/in a hall/in a big hall/in a huge hall/in a concert hall', id: 'gema/menggema/gaung/bergaung/dengan gema/di aula' },
    alley: { en: 'in a back alley/in the alley/in an alleyway', id: 'di lorong sempit/di gang kecil' },
  },
  outcome: {
    none: {},
    float: { en: 'stays on top/stay on top/on top of the water/does not sink/doesn\'t sink/float/floating/stays afloat/afloat/bob/bobs/bobbing', id: 'ngambang/ngapung/tidak tenggelam/di permukaan/mengapung/terapung/mengambang' },
    sink: { en: 'sink/sinking/sank/goes down/to the bottom', id: 'tenggelam/karam' },
    score: { en: 'dunk/dunks/slam dunk/goes in/goes into/in the hoop/into the hoop/makes it/point/points/buzzer beater/swoosh/score/swish/swishes/right through the hoop/through the hoop/hits the basket/nothing but net', id: 'poin/cetak poin/nyetak poin/mencetak poin/mencetak angka/masuk ring/masuk keranjang/slam dunk/mencetak skor/berhasil masuk' },
    miss: { en: 'miss/missing/rims out/off the rim/bounces off the rim', id: 'gagal masuk/tidak masuk' },
    near: { en: 'close/overhead/up close', id: 'dekat/dekat sekali' },
    far: { en: 'distant/far off/faraway', id: 'di tempat jauh/nun jauh' },
    single: { en: 'a lone/only one/single', id: 'sebuah/hanya satu/tunggal' },
    double: { en: 'lots of/dozens of/multiple/a few', id: 'banyak sekali/puluhan' },
    pendulum: {}, // its words are hints
    cradle: {
      en: 'newtons cradle/newton cradle/newton’s cradle/cradle/desk toy/executive toy/newton’s balls/newton\'s balls/pendulum balls/clicking balls/click against each other/clack against each other/at the other end',
      id: 'bandul newton/bola newton/mainan newton/berbenturan/beradu/deretan bola',
    },
    clock: {
      en: 'clocks/grandfather clock/longcase clock/pendulum clock/old clock/antique clock/tall clock/tick/ticks/ticking/ticked/tick tock/tick-tock/tick-tocks/second hand',
      id: 'jam bandul/jam lemari/jam kuno/jam antik/jam tua/jam besar/jam lonceng/berdetak/detak/detak jam/detik jam/tik tok/jarum detik',
    },
    drum: {
      en: 'drums/snare/snare drum/bass drum/toy drum/tom-tom/bongo/bongos/timpani/kettledrum/djembe/drumming/drumbeat/drummer/drum solo/drum roll/drumsticks',
      id: 'genderang/gendang/tambur/beduk/bedug/tifa/bongo/drum mainan/stik drum/menabuh/ditabuh/tabuhan',
    },
    xylophone: { en: 'xylophones/marimba/glockenspiel/vibraphone/metallophone', id: 'silofon/gambang/kolintang/kulintang/marimba/glockenspiel/saron' },
    horn: {
      en: 'horn/honk/honked/honking/beep/beeping/beeped/toot/toots/hoots/hooting/its horn/sounds the horn/blows its horn/blowing its horn/honks its horn/honks the horn/beeps its horn/car horn',
      id: 'klakson/mengklakson/mengelakson/bunyi klakson/klaksonnya/membunyikan klaksonnya/tin tin',
    },
    calm: { en: 'peaceful/mild/little/tiny/low/lazy/light/softly/gently/quietly/calmly', id: 'pelan/damai/kalem/rendah/lirih/lemah/perlahan' },
    rough: {
      en: 'big/huge/giant/high/tall/stormy/choppy/violent/fierce/furious/powerful/heavy/mighty/roaring/blazing/turbulent/windy/stormy sea/stormy seas/stormy waves/rough sea/rough seas/wildly/violently/in the wind',
      id: 'tinggi/dahsyat/kencang/deras/raksasa/bergelora/bergulung-gulung/ngamuk/mengamuk/gede/berkobar/berkobar-kobar/berangin/buas',
    },
    whispers: { en: 'whisper/whispering/whispered/in a whisper/hushed/under his breath/under her breath/psst/pssst', id: 'membisikkan/bisik/bisiknya/bisik-bisik/dibisikkan/ssst/bisikan' },
  },
  hair: {
    black: { en: 'black-haired', id: 'rambut hitam' },
    umber: { en: 'dark-haired', id: 'rambut gelap' },
    brown: { en: 'brown-haired/brunette', id: 'rambut cokelat/rambut coklat/berambut coklat' },
    ginger: { en: 'redhead/redheaded/red-haired/ginger-haired/orange hair', id: 'rambut merah' },
    blond: { en: 'blonde/blond/fair-haired/yellow hair/golden hair', id: 'pirang/rambut pirang' },
    grey: { en: 'grey-haired/gray-haired/white-haired/silver hair', id: 'rambut putih/uban' },
  },
  cut: {
    short: { en: 'short-haired', id: 'rambut pendek' },
    long: { en: 'long-haired', id: 'rambut panjang' },
    bun: { en: 'bun/hair bun', id: 'sanggul/rambut digelung' },
    curly: { en: 'curly-haired/curly/frizzy hair', id: 'keriting/rambut keriting' },
  },
  skin: {
    light: { en: 'fair-skinned/light-skinned', id: 'kulit terang' },
    dark: { en: 'dark-skinned', id: 'kulit gelap' },
  },
  glasses: { yes: { en: 'spectacles/eyeglasses/bespectacled', id: 'kacamata/bermata empat' } },
  beard: { yes: { en: 'bearded/beard', id: 'janggut/jenggot/brewok' } },
  person: {
    man: {
      en: 'men/old man/young man/dad/daddy/papa/grandpa/grandad/granddad/grandfather/uncle/brother/husband/boyfriend/king/prince/businessman/salesman/newsman/anchorman/grandson',
      id: 'ayah/papa/kakek/paman/om/cowok/pak/mas/abang/bang/suami/raja/pangeran/pemuda/kakak laki-laki',
    },
    woman: {
      en: 'women/old woman/young woman/mom/mum/mommy/mama/grandma/granny/grandmother/aunt/sister/wife/girlfriend/queen/princess/businesswoman/saleswoman/anchorwoman',
      id: 'mama/bunda/emak/bu/nenek/bibi/tante/cewek/gadis/mbak/istri/ratu/putri/nyonya/kakak perempuan',
    },
    child: {
      en: 'children/kids/boy/boys/girl/girls/little boy/little girl/toddler/schoolboy/schoolgirl/pupil/little child/small child',
      id: 'anak-anak/anak laki-laki/anak perempuan/anak kecil laki-laki/balita/adik/adek/adik kecil/bocil/murid/siswa',
    },
  },
}

/** Words that tell a thing where no other word does: a clock swings too, and some glockenspiels are of wood. */
export const HINTS: Words = {
  outcome: {
    pendulum: {
      en: 'pendulum/pendulums/bob/swing/swings/swinging/swung/sway/sways/dangle/dangles/dangling/hang/hangs/hanging/string/strings/rope/thread',
      id: 'bandul/pendulum/berayun/berayun-ayun/mengayun/bergoyang/tergantung/menggantung/bergantung/tali/benang',
    },
    xylophone: { en: 'melody/tune/bars/note by note', id: 'melodi/lagu/bilah/nada/nada demi nada' },
    drum: { en: 'rhythm/beat/bang/bangs/banging/boom/booms', id: 'irama/stik/berdentum/dentuman' },
    calm: { en: 'breeze/breezy', id: 'angin sepoi-sepoi/sepoi-sepoi/semilir' },
    rough: { en: 'gale/gust/gusts/gusty', id: 'angin kencang' },
    speaks: { en: 'speaks/talks/is talking/is speaking/says something/says', id: 'berbicara/bicara/mengatakan sesuatu/sedang berbicara' },
  },
  hair: { grey: { en: 'old/elderly/grandma/granny/grandmother/grandpa/grandad/granddad/grandfather', id: 'kakek/nenek/tua/lansia' } },
  person: {
    man: { en: 'he/his/him', id: '' },
    woman: { en: 'she/her', id: '' },
  },
  material: {
    metal: { en: 'glockenspiel/vibraphone/metallophone', id: 'glockenspiel/saron' },
    wood: { en: 'marimba', id: 'marimba/gambang/kolintang' },
  },
  echo: { hall: { en: 'cathedral/cave/cavern/church', id: 'aula/katedral/gua' }, alley: { en: 'alley/alleyway', id: 'gang' } },
  place: {
    room: { en: 'in a large hall/in an echoing hall/in a hall/in a big hall/in a huge hall/in a concert hall', id: 'di aula besar/di aula yang bergema/di aula' },
    city: { en: 'in an alley/in a narrow alley/in a back alley/in the alley/in an alleyway', id: 'di gang sempit/di gang/di gang kecil/di lorong sempit' },
  },
  ground: { sand: { en: 'beach/at the beach/on the beach/on a beach', id: 'pantai/di pantai/di tepi pantai' } },
}

export const NEAR: Words = {
  colour: {
    red: { en: 'maroon/burgundy/cherry/ruddy/rust', id: 'marun' },
    orange: { en: 'amber/copper/coral/peach/brown/bronze', id: 'cokelat/coklat/tembaga' },
    yellow: { en: 'golden/gold/mustard/beige/cream', id: 'emas/keemasan/krem' },
    green: { en: 'lime/olive/mint/teal', id: 'zaitun/toska/tosca' },
    blue: { en: 'turquoise/cyan/aqua/indigo', id: 'pirus/nila' },
    purple: { en: 'magenta/plum', id: 'magenta' },
    pink: { en: 'salmon/fuchsia', id: 'fuksia' },
    white: { en: 'silver/silvery/grey/gray', id: 'perak/abu-abu/pucat' },
  },
  material: {
    rubber: { en: 'plastic/leather/foam/silicone', id: 'plastik/kulit/busa' },
    metal: { en: 'brass/aluminium/aluminum/chrome/lead/titanium', id: 'kuningan/aluminium/timah/perunggu' },
    wood: { en: 'cork/bamboo/cardboard', id: 'bambu/gabus/rotan' },
    glass: { en: 'marble/ceramic/porcelain', id: 'marmer/keramik/porselen' },
  },
  ground: {
    stone: { en: 'marble floor/sand/desert/brick', id: 'lantai marmer/pasir/gurun' },
    sand: { en: 'desert/dirt/earth/soil', id: 'gurun/tanah' },
    road: { en: 'bridge/racetrack/parking lot', id: 'jembatan/parkiran/gang' },
    wood: { en: 'carpet/table/rug', id: 'karpet/meja' },
    ice: { en: 'glass floor', id: 'lantai kaca' },
  },
  place: {
    hills: { en: 'mountains/mountain/forest/woods/garden/park/field/tree/trees/under a tree/from a tree/from the tree/jungle/backyard/playground/farm/down a hill/down the hill/hilltop', id: 'gunung/pegunungan/hutan/taman/kebun/pohon/pepohonan/dari pohon/ladang/sawah/halaman/halaman belakang/lapangan' },
    room: { en: 'kitchen/office/classroom/gym/hall/bathroom/hallway/corridor/attic/basement/house/library/museum/shop/my shop/store/cafe/coffee shop/restaurant/school', id: 'dapur/kantor/kelas/ruang kelas/aula/kamar mandi/lorong/perpustakaan/museum/toko/tokoku/warung/kafe/kedai kopi/restoran/sekolah' },
    city: { en: 'village/alley/street', id: 'desa/gang/jalan raya' },
    sea: { en: 'harbour/harbor/island/by the lake/by a lake/by the river/lakeside/lakeshore/riverside', id: 'pelabuhan/pulau/di tepi danau/di tepi sungai/tepi danau/tepi sungai' },
  },
  time: {
    day: { en: 'morning/afternoon', id: 'pagi/pagi hari' },
    sunset: { en: 'sunrise/dawn', id: 'matahari terbit/fajar/subuh' },
  },
  outcome: {
    clock: { en: 'metronome/metronomes/wall clock/alarm clock/cuckoo clock/pocket watch/wristwatch/stopwatch/hourglass', id: 'metronom/jam dinding/jam weker/jam beker/jam tangan/arloji' },
    pendulum: { en: 'wrecking ball/swing set/playground swing/chandelier/yo-yo/yoyo', id: 'ayunan/lampu gantung/yoyo/yo-yo' },
    xylophone: { en: 'piano/bell/bells/chime/chimes/wind chimes/music box/celesta', id: 'lonceng/bel/genta/piano/kotak musik/angklung/gamelan' },
    drum: { en: 'tambourine/cymbal/cymbals/gong', id: 'rebana/gong/simbal/kendang' },
    horn: { en: 'siren/sirens', id: 'sirene' },
  },
}

/** Things that come near to a scene of which nothing else is said. */
export const NEAR_SCENES: Record<string, Record<Language, string>> = {
  cars: {
    en: 'taxi/taxis/cab/truck/trucks/lorry/bus/buses/jeep/pickup/pickup truck/race car/racing car/police car/ambulance/fire truck/fire engine/limousine/motorcycle/motorbike/scooter/tractor/tram/toy car',
    id: 'taksi/truk/bus/jip/ambulans/mobil polisi/mobil balap/mobil pemadam kebakaran/mobil mainan/mobil-mobilan/angkot/bajaj/sepeda motor/motor/traktor/trem',
  },
  campfire: { en: 'fireplace/hearth/stove/candle/candles/torch/torches/wildfire/forest fire/barbecue/furnace/brazier', id: 'perapian/tungku/lilin/obor/kebakaran/kebakaran hutan/kompor/anglo' },
  waves: { en: 'tsunami/waterfall/rapids/ripples', id: 'tsunami/air terjun/riak' },
}

/** Words that point to a scene family, and stand for it: its frames say the same. Nouns point harder than verbs; parts hardly point at all. */
export const SCENES: Record<string, Record<'nouns' | 'verbs', Record<Language, string>> & { parts?: Record<Language, string> }> = {
  balls: {
    nouns: { en: 'ball/balls/sphere/spheres/orb/orbs', id: 'bola/bola-bola/kelereng/gundu' },
    verbs: {
      en: 'bounce/bounces/bouncing/bounced/hop/hops/hopping/hopped/fall/falls/falling/fell/drop/drops/dropping/dropped/land/lands/landing/landed/hit/hits/hitting/back/collide/collides/colliding/collision/bump/bumps/bumping/crash/crashes/together/jump/jumps/jumping/jumped/strike/strikes/each other/knock/knocks/knocking/knocked/into each other/up and down/kick/kicks/kicked/kicking/roll/rolls/rolling/rolled/toss/tosses/tossed/throw/throws/thrown/throwing/juggle/juggles/juggling/slide/slides/sliding/spin/spins/spinning/push/pushes/pushed/hop on/tumble/tumbles/tumbling/smash/smashes/bang/catch/catches/caught/rebound/rebounds/leap/leaps/leaping',
      id: 'memantul/mantul/mantul-mantul/mental/nabrak/tabrak/ditabrak/jatoh/lempar/nendang/tendang/gelinding/menggelinding/oper/memantul-mantul/terpantul/melompat/melompat-lompat/melambung/jatuh/terjatuh/menghantam/mengenai/bertabrakan/menabrak/bertubrukan/tabrakan/membentur/berbenturan/beradu/saling/bersama/mendarat/ditendang/menendang/menggelinding/bergulir/dilempar/dilemparkan/melempar/dijatuhkan/menjatuhkan/tergelincir/berputar/didorong/terguling/loncat/meloncat/melenting/mental',
    },
  },
  basketball: {
    nouns: { en: 'basketball/basketballs/hoop/hoops/basket/rim/free throw/slam dunk/slam-dunk/dunk/dunks/dunking/dunked/three-pointer/three pointer/3-pointer/layup/lay-up/buzzer beater/nba', id: 'bola basket/basket/keranjang/ring/ring basket/lemparan tiga angka/tembakan tiga angka/slam dunk/lay up/lay-up' },
    verbs: {
      en: 'thrown/throw/throws/throwing/shoot/shoots/shooting/shot/fly/flies/flying/player/orange/ball/dribble/dribbles/dribbling/play/plays/playing/game/at a ring/at the ring/net/the net/the ring/ring',
      id: 'dilempar/melempar/lemparan/melambung/pemain/menembak/tembakan/oranye/bola',
    },
  },
  water: {
    nouns: {
      en: 'water/waters/pool/pond/lake/river/stream/bathtub/bath tub/bath/tub/aquarium/fish tank/bucket/fountain/well/puddle/puddles/toilet/sink basin/glass of water/cup of tea/cup of coffee/swimming pool/swim/swims/swimming/dive/dives/diving/underwater/splashed/splash/splashes/splashing/into the sea/in the sea/into the ocean/in the ocean',
      id: 'air/kolam/danau/sungai/bak mandi/bak air/akuarium/ember/air mancur/sumur/genangan/genangan air/kolam renang/berenang/menyelam/nyelam/kecebur/nyebur/kecemplung/cemplung/nyemplung/byur/segelas air/kali/tercebur/percikan/ke laut/ke dalam laut',
    },
    verbs: {
      en: 'ball/sphere/orb/drop/drops/dropped/dropping/fall/falls/falling/fell/plunge/plunges/plunging/plop/plops/hit/hits/land/lands/surface/bottom/goes/waves/drink/drinks/tea/coffee/juice/milk/soup/lemonade/beer/wine',
      id: 'bola/kelereng/gundu/jatuh/terjatuh/dijatuhkan/terjun/mencebur/dasar/permukaan/ombak/teh/kopi/jus/susu/kuah/sup/minuman/gelas/es teh',
    },
  },
  thunder: {
    nouns: {
      en: 'thunder/thunderstorm/thunderstorms/storm/storms/stormy/lightning/rain/rains/raining/rainy/raindrops/rainstorm/downpour/thunderclap/thunderbolt/bolt/bolts/lightning bolt',
      id: 'geledek/gledek/ujan/hujan-hujanan/badai/petir/hujan/guntur/kilat/halilintar/guruh',
    },
    verbs: {
      en: 'wind/winds/windy/snow/sky/heavy/flash/flashes/flashing/roll/rolls/rolling/strike/strikes/striking/struck/fall/falls/falling/rumble/rumbles/rumbling/crack/cracks/pouring',
      id: 'angin/salju/langit/deras/lebat/menyambar/bergemuruh/gemuruh/menggelegar/turun/sambaran',
    },
  },
  footsteps: {
    nouns: {
      en: 'footsteps/footstep/walker/steps/walk/walks/walking/walked/stroll/strolls/strolling/pedestrian/footprints/high heels/heels/shoes/boots/sneakers/sandals',
      id: 'langkah/langkah kaki/sepatu/sepatu bot/sandal/hak tinggi/sepatu hak tinggi/jalan pelan/jalan santai/jalan-jalan/jejak kaki/berjalan/berjalan kaki/jalan kaki/melangkah',
    },
    verbs: {
      en: 'person/someone/somebody/pass/passes/passing/passed/past/goes by/coat/jacket/cross/crosses/crossing/over/run/runs/running/ran/jog/jogs/jogging/march/marches/marching/hike/hikes/hiking/wander/wanders/wandering/tiptoe/tiptoes/sneak/sneaks/dance/dances/dancing/gallop/gallops/galloping/trot/trots/step/stepping/pace/paces/crunch/crunches/crunching/legs/alone/home/stairs',
      id: 'seseorang/orang/lewat/melintas/bermantel/berjaket/jaket/mantel/melintasi/menyeberang/berlari/lari/berlari-lari/joging/jogging/berbaris/menari/mendaki/jalan-jalan/berkeliling/mengendap-endap/derap/kaki/pulang/tangga',
    },
  },
  fireworks: {
    nouns: { en: 'firework/fireworks/rocket/rockets/sparks', id: 'kembang api/petasan' },
    verbs: { en: 'sky/sparkle/sparkles/glitter/bang/bangs/bloom/blooms/display/burst/bursts/bursting/pop/pops/boom/explode/explodes/exploding/explosion/explosions/light/lights up', id: 'cahaya/dar der dor/meletup/mekar/langit/meledak/ledakan/meletus/percikan' },
  },
  pendulum: {
    nouns: {
      en: 'pendulum/pendulums/bob/swing/swings/swinging/swung/sway/sways/dangle/dangles/dangling/hang/hangs/hanging/string/strings/newton\'s cradle/newtons cradle/newton cradle/newton’s cradle/newton\'s balls/newton’s balls/cradle/desk toy/executive toy/pendulum balls/clicking balls/click/clicks/clicking/click against each other/clack against each other/at the other end/clock/clocks/grandfather clock/longcase clock/pendulum clock/old clock/antique clock/tall clock/tick/ticks/ticking/ticked/tick tock/tick-tock/tick-tocks/second hand/metronome/metronomes/wall clock/alarm clock/cuckoo clock/pocket watch/wristwatch/stopwatch/hourglass/wrecking ball/swing set/playground swing/chandelier/yo-yo/yoyo',
      id: 'bandul/pendulum/berayun/berayun-ayun/mengayun/tergantung/menggantung/bergantung/ayunan/ayunan newton/bandul newton/bola newton/mainan newton/berbenturan/beradu/deretan bola/jam/jam bandul/jam lemari/jam kuno/jam antik/jam tua/jam besar/jam lonceng/berdetak/detak/detak jam/detik jam/tik tok/jarum detik/metronom/jam dinding/jam weker/jam beker/jam tangan/arloji/lampu gantung/yoyo/yo-yo',
    },
    verbs: {
      en: 'ball/balls/sphere/orb/four/rope/thread/to and fro/back and forth/side to side/from side to side/beam/stand/wooden stand/wooden frame/frame/soft/whoosh/whooshes/softly/against/each other/each/knock/knocks/knocking/away/row/moves/moving/hands/old/time/steady/steadily',
      id: 'bola/bola-bola/empat/tali/benang/bergoyang/ke kiri dan ke kanan/maju mundur/bolak-balik/saling/membentur/tiang/mainan/besar/pelan',
    },
  },
  chimes: {
    nouns: {
      en: 'xylophone/xylophones/marimba/glockenspiel/vibraphone/metallophone/mallet/mallets/melody/tune/drum/drums/snare/snare drum/bass drum/toy drum/tom-tom/bongo/bongos/timpani/kettledrum/djembe/drumming/drumbeat/drummer/drum solo/drum roll/drumsticks/rhythm/percussion/piano/bell/bells/chime/chimes/wind chimes/music box/celesta/tambourine/cymbal/cymbals/gong',
      id: 'xilofon/silofon/gambang/kolintang/kulintang/marimba/glockenspiel/saron/pemukul/melodi/drum/genderang/gendang/tambur/beduk/bedug/tifa/bongo/drum mainan/stik drum/menabuh/ditabuh/tabuhan/perkusi/lonceng/bel/genta/piano/kotak musik/angklung/gamelan/rebana/gong/simbal/kendang',
    },
    verbs: {
      en: 'strum/strums/strumming/drumming/tap/taps/tapping/play/plays/playing/played/someone/somebody/person/player/bars/bar/stick/sticks/beat/beats/beaten/beating/bang/bangs/banging/boom/booms/booming/strike/strikes/hit/hits/ring/rings/ringing/note/notes/note by note/music/musical/song/instrument/rainbow/colourful/colorful/toy/big/under/roll',
      id: 'memetik/ketukan/mengetuk/memainkan/bermain/dimainkan/main/memukul/dipukul/pukul/berbunyi/seseorang/orang/bilah/stik/irama/lagu/nada/nada demi nada/musik/alat musik/berdentum/dentuman/warna-warni/mainan/besar',
    },
  },
  cars: {
    nouns: { en: 'car/cars/automobile/automobiles/vehicle/vehicles/motorcar/sedan/hatchback/sports car/small car/van/minivan/traffic/convertible/roadster/suv/limo/coupe/supercar/race/formula 1/f1', id: 'mobil/kendaraan/sedan/mobil sport/mobil kecil/lalu lintas/kebut-kebutan/balapan' },
    verbs: {
      en: 'drift/drifts/drifting/brake/brakes/braking/vroom/drive/drives/driving/drove/pass/passes/passing/passed/go/goes/going/past/roll/rolls/rolling/engine/hum/hums/humming/speeds/speeding/race/races/racing/rush/rushes/rushing/cruise/cruises/cruising/ride/rides/along/through/motor/headlights/wheels/road/street/highway',
      id: 'brum/melesat/meluncur/lewat/melaju/melintas/melintasi/melewati/berjalan/ngebut/mengebut/menderu/mesin/bermesin/berkendara/roda/lampu depan/jalan/jalan raya',
    },
  },
  campfire: {
    nouns: {
      en: 'burn/burns/burning/burnt/combustion/campfire/campfires/camp fire/bonfire/bonfires/fire/fires/wood fire/log fire/flame/flames/orange flames/logs/burning logs/burning wood/firewood/embers/campsite',
      id: 'bakar/membakar/terbakar/dibakar/kebakar/pembakaran/api unggun/unggun/api/nyala api/kobaran api/lidah api/kayu bakar/kayu terbakar/bara api/bara/perapian unggun',
    },
    verbs: {
      en: 'crackle/crackles/crackling/flicker/flickers/flickering/glow/glows/glowing/spark/sparks/throws/throwing/rise/rises/rising/ring/ring of stones/circle of stones/smoke/warm/camping/around/lit',
      id: 'menyala/menyala-nyala/berderak/gemeretak/meretih/percikan/percikan api/naik/lingkaran/lingkaran batu/berkobar/berkobar-kobar/asap/hangat/kemah/berkemah',
    },
  },
  waves: {
    nouns: {
      en: 'waves/wave/ocean waves/sea waves/surf/breakers/breaker/swell/swells/tide/sea spray/cliff/cliffs/stormy ocean/choppy sea/choppy seas/seas/stormy sea/stormy seas/stormy waves/rough sea/rough seas',
      id: 'ombak/gelombang/ombak laut/gelombang laut/deburan/debur/deburan ombak',
    },
    verbs: {
      en: 'break/breaks/breaking/smash/smashes/smashing/crash/crashes/crashing/roll/rolls/rolling/hit/hits/hitting/pound/pounds/pounding/lap/laps/lapping/wash/washes/washing/slide/slides/sliding/splash/splashes/splashing/throws/flies/back/spray/white spray/foam/white foam/white/rock/rocks/dark rock/black rock/dark rocks/black rocks/cliff/cliffs/against/shore/beach/sea/ocean/coast',
      id: 'memecah/pecah/menghantam/menerpa/memercikkan/menyapu/menggulung/bergulung/bergulung-gulung/berdebur/menderu/buih/buih putih/putih/percikan/karang/batu karang/batu/tebing/laut/lautan/samudra/pantai',
    },
  },  flag: {
    nouns: {
      en: 'flag/flags/flagpole/flag pole/flagstaff/banner/banners/pennant/pennants/streamer/streamers/ensign/jolly roger/union jack/tricolour/tricolor',
      id: 'bendera/bendera-bendera/tiang bendera/panji/panji-panji/umbul-umbul/umbul/spanduk/sang saka/dwiwarna',
    },
    verbs: {
      en: 'flap/flaps/flapping/flutter/flutters/fluttering/wave/waves/waving/billow/billows/billowing/hoist/hoists/hoisted/pole/mast/stripe/stripes/striped',
      id: 'berkibar/berkibar-kibar/kibar/berkelebat/melambai/melambai-lambai/dikibarkan/mengibarkan/pengibaran/tiang/garis/bergaris/belang/upacara/ditiup/tertiup/meniup',
    },
    parts: { en: 'flying/flies/fly/raised/raising/going up/band/plain/moves/blows/blowing', id: '' },
  },
  dress: {
    nouns: {
      en: 'dress/dresses/gown/gowns/ball gown/skirt/skirts/frock/veil/scarf/scarves/shawl/cape/cloak/robe/robes/kimono/sari/saree/hair/long hair/her hair/bride',
      id: 'gaun/bergaun/rok/gamis/kebaya/kerudung/jilbab/hijab/berhijab/berjilbab/berkerudung/selendang/syal/jubah/sarung/rambut/rambutnya/rambut panjang/pengantin/daster',
    },
    verbs: {
      en: 'flutter/flutters/fluttering/flap/flaps/flapping/flow/flows/flowing/billow/billows/billowing/blow/blows/blowing/blown/twirl/twirls/twirling/windblown/in the wind',
      id: 'berkibar/berkibar-kibar/melambai/melambai-lambai/tertiup/ditiup/meniup/tergerai/terurai',
    },
    parts: { en: 'flying/coat/jacket/raincoat/faces/stands/standing/long/through', id: 'berdiri/menghadap/panjang/mantel/jaket/seseorang' },
  },
  explosion: {
    nouns: {
      en: 'explosion/explosions/explode/explodes/exploding/exploded/blast/blasts/detonation/detonations/detonate/detonates/detonated/detonating/blow up/blows up/blowing up/blew up/blown up/blows apart/fireball/fireballs/mushroom cloud/kaboom/explosive/explosives',
      id: 'ledakan/ledakan besar/mobil meledak/meledak/meledakkan/diledakkan/peledakan/ledak/bola api/bahan peledak/duar/duarr/duarrr/dhuar/meledug',
    },
    verbs: {
      en: 'barrel/barrels/oil drum/oil drums/oil barrel/fuel tank/gas tank/gas cylinder/gas bottle/debris/shrapnel/wreckage/smoke/black smoke/cloud of smoke/mushroom/shockwave/shock wave/boom/goes off/go off/ball of fire',
      id: 'tong/tong minyak/drum minyak/drum bensin/tangki bensin/tabung gas/tabung elpiji/puing/puing-puing/beterbangan/asap/asap hitam/mengepul/dentuman/membubung/gelombang kejut',
    },
    parts: { en: 'oil/big/burst/bursts/goes up/apart/flash/rises/drifts/fire/comes', id: 'minyak' },
  },
  talk: {
    nouns: {
      en: 'is talking/is speaking/says something/talking face/portrait/portraits/selfie/close-up of a face/closeup of a face/newsreader/news reader/news anchor/news presenter/newscaster/presenter/speech/conversation/interview/podcast/podcaster/vlog/vlogger/monologue/narrator/storyteller/speaker/tells a story/tell a story/telling a story/tells a secret/telling a secret/tell a secret/head and shoulders/talking head',
      id: 'mengatakan sesuatu/ngomong/ngobrol/berpidato/pidato/berceramah/ceramah/nyapa/cerita/curhat/potret/pembaca berita/penyiar/pembawa acara/bisikan/berbisik-bisik/sedang berbicara/sedang berbisik/membisikkan rahasia/presenter/wawancara/narator/pendongeng/mendongeng',
    },
    verbs: {
      en: 'news/headlines/close up/talk about/talking about/talks about/face/smile/smiles/smiling/looks at us/to the camera/viewer/leans in/chat/chats/chatting/dialogue/dialog/argue/arguing/debate/lecture',
      id: 'berita/wajah/muka/tersenyum/senyum/memandang/ke kamera/penonton',
    },
    parts: {
      en: 'someone/somebody/person/closeup/close-up/sweater/pullover/jumper/top/shirt/t-shirt/tshirt/blouse/hoodie/wearing/looks/us/to you/something/secret/secrets/mouth/hand/softly/beside/story',
      id: 'seseorang/orang/sweter/bersweter/baju/berbaju/kaos/berkaos/kemeja/berkemeja/sesuatu/rahasia/mulut/kamu/kepadamu/bibir/samping/tangan',
    },
  },
}

/** By these somebody speaks, as workers/generate/spoken.ts has them too; the possible ones have other meanings. */
export const SPEAKS: Record<'sure' | 'possible', Record<Language, string>> = {
  sure: {
    en: 'say/says/said/saying/speak/speaks/speaking/spoke/talk/talks/talking/whisper/whispers/whispering/whispered/announces/announcing/greets/greeting',
    id: 'berkata/bilang/mengatakan/bicara/berbicara/menyapa/mengucapkan/bercerita/berbisik/membisikkan/bisik/bisiknya',
  },
  possible: {
    en: 'tell/tells/telling/told/ask/asks/asking/asked/answer/answers/answering/reply/replies/replying/call/calls/calling/cries/shout/shouts/shouting/announce/explain/explains/explaining/greet/wish/wishes/wishing/read/reads/reading',
    id: 'kata/katanya/bertanya/tanya/menjawab/jawab/ucap/ucapnya/ujar/ujarnya/berseru/seru/menjelaskan/mengumumkan/membaca/membacakan',
  },
}

/** What colour and material belong to. */
export const HEADS: Record<string, Record<Language, string>> = {
  balls: { en: 'ball/sphere/orb', id: 'bola/kelereng/gundu' },
  water: { en: 'ball/sphere/orb', id: 'bola/kelereng/gundu' },
  footsteps: { en: 'coat/jacket/dress/gown/skirt', id: 'bermantel/berjaket/jaket/mantel/gaun/bergaun/rok' },
  fireworks: { en: 'firework/fireworks/rocket/rockets/sparks', id: 'kembang api/petasan' },
  pendulum: {
    en: 'pendulum/pendulums/bob/ball/balls/sphere/orb/newton\'s cradle/newtons cradle/newton cradle/newton’s cradle/cradle/desk toy/pendulum balls/clicking balls',
    id: 'bandul/pendulum/bola/bola-bola/ayunan newton/bandul newton/deretan bola',
  },
  cars: {
    en: 'car/cars/automobile/automobiles/vehicle/vehicles/motorcar/sedan/hatchback/sports car/small car/van/minivan/taxi/cab/truck/lorry/bus/jeep/pickup/pickup truck/convertible/roadster/suv/limo/coupe/supercar/race car/racing car/motorcycle/motorbike/scooter/tractor/toy car',
    id: 'mobil/kendaraan/sedan/mobil sport/mobil kecil/taksi/truk/bus/jip/mobil balap/mobil mainan/angkot/sepeda motor/motor/traktor',
  },
  flag: { en: 'flag/flags/banner/banners/pennant/pennants/streamer/streamers/ensign/stripe/stripes/band', id: 'bendera/panji/umbul-umbul/umbul/spanduk/garis/bergaris' },
  dress: {
    en: 'dress/dresses/gown/gowns/ball gown/skirt/skirts/frock/veil/scarf/shawl/cape/cloak/robe/kimono/sari/saree/coat/jacket/raincoat',
    id: 'gaun/bergaun/rok/gamis/kebaya/kerudung/jilbab/hijab/selendang/syal/jubah/sarung/daster/mantel/jaket',
  },
  explosion: { en: 'barrel/barrels/oil drum/oil drums/oil barrel', id: 'tong/tong minyak/drum minyak/drum bensin' },
  talk: { en: 'sweater/pullover/jumper/top/shirt/t-shirt/tshirt/blouse/hoodie/coat/jacket', id: 'sweter/bersweter/baju/berbaju/kaos/berkaos/kemeja/berkemeja/jaket/berjaket' },
}

/** Things of which the captions say only the one or the other: the bars of a xylophone have all colours, and the case of a clock has no material. */
export const HEADS_OF_ONE: Record<string, Partial<Record<Attribute, Record<Language, string>>>> = {
  pendulum: {
    colour: {
      en: 'clock/clocks/grandfather clock/longcase clock/pendulum clock/old clock/antique clock/tall clock/wall clock/alarm clock/cuckoo clock/metronome',
      id: 'jam/jam bandul/jam lemari/jam kuno/jam antik/jam tua/jam besar/jam lonceng/jam dinding/jam weker/metronom',
    },
  },
  chimes: {
    colour: {
      en: 'mallet/mallets/drum/drums/snare/snare drum/bass drum/toy drum/tom-tom/bongo/bongos/timpani/kettledrum/djembe/tambourine/gong',
      id: 'pemukul/drum/genderang/gendang/tambur/beduk/bedug/tifa/bongo/drum mainan/rebana/gong/kendang',
    },
    material: { en: 'xylophone/xylophones/bars/bar/marimba/glockenspiel/vibraphone/metallophone', id: 'xilofon/silofon/bilah/gambang/kolintang/kulintang/marimba/glockenspiel/saron' },
  },
}

/** Spelt like words that are known, and others: "taking" is no slip of "talking". */
export const NO_SLIPS = 'taking/staying/paying/peaks/stalks/explore/explores/explored/exploring/explorer/miles/banker/basking/masking/tasking/swearing/membawa/berkaca/berseri/mengadakan/bangers/banger'

/** Words that carry nothing by themselves: leaving them out loses nothing. */
export const EMPTY: Record<Language, string> = {
  en: 'a/an/the/is/are/was/be/being/it/its/this/that/there/of/on/onto/upon/in/into/inside/at/by/to/from/with/and/then/as/over/above/across/made/made of/makes/which/while/also/some/one/color/colour/coloured/colored/floor/ground/surface/scene/film/video/movie/clip/show/shows/showing/style/please/me/i/want/see/camera/during/under/up/down/out/but/its/short film/short clip/short video/my/your/his/her/their/our/off/along/around/through/toward/towards/for/or/ad/ads/advert/advertisement/advertising/commercial/promo/opening shot/who/when/where/them/they/he/she/we/you/very/just/let/lets/see how/how/physics/lesson/about/demonstrate/demonstrates/demonstration/demonstrating/explain/explains/explained/experiment/show how/make/make a/create/generate/animation/animated/picture/image/sound/sounds/sound of/noise/can/will/has/have/had/do/does/go/goes/comes/gets/get/hear/heard',
  id: 'yang/dan/di/ke/dari/dalam/atas/pada/dengan/sebuah/seorang/seekor/ini/itu/lalu/kemudian/sambil/berwarna/warna/terbuat/terbuat dari/bahan/berbahan/lantai/permukaan/adegan/film/video/klip/gaya/tolong/buat/buatkan/saya/aku/ingin/mau/sedang/satu/ada/adalah/kamera/saat/ketika/bawah/oleh/juga/tapi/film pendek/video pendek/ku/mu/nya/kami/kita/dia/mereka/anda/sangat/sekali/agak/pelajaran/fisika/tentang/demonstrasi/memperagakan/peragaan/menjelaskan/percobaan/eksperimen/iklan/reklame/promosi/pas/aja/dong/nih/deh/sih/yuk/kayak/kaya/lagi/sama/naik/animasi/gambar/suara/bunyi/terdengar/bikin/bikinkan/buatlah/untuk/sebatang/seekor/sebutir/sebiji/seutas/selembar/para/akan/bisa/dapat/punya/milik/hingga/sampai/lagi/dekat dengan/melalui/sepanjang',
}

/** Two of a thing. The model knows no three. */
export const TWO: Record<Language, string> = { en: 'two/2/both/pair of/a pair of/couple of', id: 'dua/2/dua buah/kedua/sepasang' }
/** Stands for one of two things already named. */
export const ONE_OF: Record<Language, string> = { en: 'one/other/another', id: 'satu/lainnya/lain' }
/** What follows one of these, up to a comma, is not wanted. */
export const NOT: Record<Language, string> = { en: 'no/not/without/never/neither', id: 'bukan/tidak/tanpa/jangan/tak' }
/** After these stands the ground, not what a ball is made of. */
export const UPON: Record<Language, string> = { en: 'on/onto/upon/over/across', id: 'di/atas/ke' }
/** Between a noun and what describes it, in Indonesian. */
export const LINKS = 'berwarna/warna/dari/yang/terbuat/bahan/berbahan'

/** Where a family that the pack has not learned finds the nearest it has. */
export const NEAREST: Record<string, string[]> = {
  balls: ['basketball', 'water'],
  basketball: ['balls', 'water'],
  water: ['balls'],
  thunder: ['fireworks'],
  fireworks: ['thunder', 'campfire', 'explosion'],
  footsteps: ['dress', 'talk'],
  pendulum: [],
  chimes: [],
  cars: [],
  campfire: ['fireworks'],
  waves: ['water'],
  flag: ['dress'],
  dress: ['footsteps', 'flag'],
  explosion: ['fireworks', 'campfire', 'thunder'],
  pair: [],
  talk: ['footsteps', 'dress'],
}

/** Families that some packs have not learned. What points to them pointed elsewhere before they were, and does for those packs. */
export const LATER = ['flag', 'dress', 'explosion', 'pair', 'talk']

/** Where one thing is to another, or when: of the two, the one that is named before the words is meant (`before`: the one after them). */
export const RELATIONS: [Relation, Record<Language, string>][] = [
  ['left', { en: 'left from/left side of/on the left hand of', id: 'sebelah kiri/di sisi kiri/di kirinya/di sebelah kirinya/sebelah kirinya/sisi kiri' }],
  ['right', { en: 'right from/right side of/on the right hand of', id: 'sebelah kanan/di sisi kanan/di kanannya/di sebelah kanannya/sebelah kanannya/sisi kanan' }],
  ['behind', { en: 'at the back of/in back of/beyond', id: 'belakang/di belakangnya/di balik/dibelakang/di baliknya/di belakang' }],
  ['front', { en: 'in front of/ahead of', id: 'di depan/di depannya/di muka/didepan/depan' }],
  [
    'beside',
    {
      en: 'next to/beside/alongside/near/near to/close to/by the/by a/side by side with/together with/along with',
      id: 'di samping/di sampingnya/di sebelah/di sebelahnya/disamping/disebelah/sebelah/samping/bersebelahan dengan/berdampingan dengan/di dekat/dekat/bersama/dekat dengan/di dekatnya/di sisi',
    },
  ],
  ['isLeft', { en: 'on the left/at the left/on the left side/left side/to the left/at left', id: '' }],
  ['isRight', { en: 'on the right/at the right/on the right side/right side/to the right/at right', id: '' }],
  ['isBehind', { en: 'in the background/in the back/further back/at the back', id: 'di latar belakang/latar belakang' }],
  ['isFront', { en: 'in the foreground/in front/at the front', id: 'di latar depan' }],
  [
    'then',
    {
      en: 'then/and then/after that/afterwards/afterward/a moment later/moments later/followed by/seconds later/next/later/and after that/and next',
      id: 'lalu/kemudian/setelah itu/sesudah itu/habis itu/disusul/diikuti/terus/trus/selanjutnya/berikutnya/dan kemudian/dan lalu/kemudian baru/baru',
    },
  ],
  ['after', { en: 'after/once', id: 'setelah/sesudah/habis' }],
  ['before', { en: 'before', id: 'sebelum' }],
]
export type Relation = 'left' | 'right' | 'behind' | 'front' | 'beside' | 'isLeft' | 'isRight' | 'isBehind' | 'isFront' | 'then' | 'after' | 'before'

/** Between two things of which no more is said than that there are both. */
export const BOTH: Record<Language, string> = { en: 'and/with/plus', id: 'dan/dengan/serta/sama' }

/** The nearest value where a family does not draw the one asked for, best first. */
export const NEAREST_VALUES: Partial<Record<Attribute, Record<string, string[]>>> = {
  ground: {
    snow: ['ice', 'road'], gravel: ['stone', 'road'], court: ['wood', 'stone', 'road'], stone: ['gravel', 'road'], ice: ['snow', 'road'], grass: ['gravel', 'road'],
    wood: ['stone', 'road'], water: ['ice'], sand: ['gravel', 'stone', 'road'], road: ['stone', 'gravel'],
  },
  place: { room: ['city', 'sea'], hills: ['sea'], city: ['hills', 'sea'], sea: ['hills'] },
  camera: { follow: ['pan'] },
  time: { day: ['sunset'], sunset: ['night'], night: ['sunset'] },
}
