/**
 * Words that people write and the captions of training do not use. `SAME` mean what the model knows; `NEAR` only come close, and the person is
 * told so. The captions' own words are in vocabulary.json.
 */
import type { Attribute, Language } from './vocabulary.ts'

type Words = Partial<Record<Attribute, Record<string, Partial<Record<Language, string>>>>>

/** Phrases are separated by "/". */
export const SAME: Words = {
  colour: {
    red: { en: 'ruby/cherry red/bright red/ruby red', id: 'merah tua/merah terang/merah menyala' },
    orange: { en: 'tangerine', id: 'jeruk' },
    yellow: { en: 'lemon yellow/canary/bright yellow', id: 'kuning terang' },
    green: { en: 'jade/bright green/lime green/dark green', id: 'hijau tua/hijau muda' },
    blue: { en: 'cobalt/sapphire/ultramarine/sky blue/navy blue/dark blue/light blue/bright blue', id: 'biru tua/biru muda/biru langit' },
    purple: { en: 'lilac/lavender/mauve', id: 'violet/lembayung' },
    pink: { en: 'rosy/hot pink', id: 'merah jambu' },
    white: { en: 'snow white/snow-white', id: 'putih salju' },
  },
  material: {
    rubber: { en: 'elastic', id: 'kenyal' },
    metal: { en: 'metallic/of metal/of steel', id: 'metal' },
    wood: { en: 'timber/oak/of wood', id: 'kayu jati' },
    glass: { en: 'glassy', id: 'kristal/beling' },
  },
  ground: {
    wood: { en: 'wooden planks/wood planks/wooden floorboards/floorboards/parquet/planks/on wood/onto wood/the boards', id: 'di kayu/di atas kayu/ke kayu/parket' },
    stone: {
      en: 'concrete/cement/asphalt/cobblestones/stone floor/tiles/stones/paving stones/the street/on the road/rock',
      id: 'beton/aspal/trotoar/ubin/semen',
    },
    grass: { en: 'green grass/meadow/turf/grassy field/lush grass', id: 'halaman rumput/lapangan rumput/rerumputan' },
    ice: { en: 'frozen pond/icy floor/icy ground/skating rink/icy lake', id: 'permukaan es/arena es/gelanggang es' },
    snow: { en: 'snowy ground/snowy path/snowy field/white snow', id: 'jalan bersalju/tanah bersalju' },
    gravel: { en: 'shingle/gravelly path/small stones', id: 'batu kerikil/batu-batu kecil' },
    court: { en: 'basketball court', id: 'lapangan basket' },
    water: { en: '', id: '' },
  },
  place: {
    room: { en: 'living room/bedroom/in the house/at home', id: 'ruang tamu/kamar/ruangan/di rumah/di dalam rumah' },
    hills: { en: 'outside/hills/countryside/hill/hillside/in the country/outdoors', id: 'bukit/perbukitan/pedesaan/di desa/luar ruangan' },
    city: { en: 'downtown/in town/skyline/urban', id: 'perkotaan/tengah kota' },
    sea: { en: 'seaside/seashore/beach/shore/ocean/coast/sea/into the sea/in the sea/into the ocean/in the ocean', id: 'pantai/laut/pesisir/lautan/samudra/ke laut/ke dalam laut' },
  },
  time: {
    day: { en: 'daytime/noon/midday/sunny/by daylight', id: 'siang hari/tengah hari/siang bolong' },
    sunset: { en: 'sunset/dusk/evening/twilight/golden hour', id: 'senja/sore/sore hari/matahari terbenam/petang' },
    night: { en: 'night/nighttime/midnight/moonlight/moonlit/after dark', id: 'malam/tengah malam/cahaya bulan' },
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
  },
  outcome: {
    none: {},
    float: { en: 'float/floating/stays afloat/afloat/bob/bobs/bobbing', id: 'mengapung/terapung/mengambang' },
    sink: { en: 'sink/sinking/sank/goes down/to the bottom', id: 'tenggelam/karam' },
    score: { en: 'score/swish/swishes/right through the hoop/through the hoop/hits the basket/nothing but net', id: 'mencetak skor/berhasil masuk' },
    miss: { en: 'miss/missing/rims out/off the rim/bounces off the rim', id: 'gagal masuk/tidak masuk' },
    near: { en: 'nearby/close/overhead', id: 'dekat/sangat dekat' },
    far: { en: 'distant/far off/faraway', id: 'di tempat jauh/nun jauh' },
    single: { en: 'a lone/only one/single', id: 'sebuah/hanya satu/tunggal' },
    double: { en: 'lots of/dozens of/multiple/a few', id: 'banyak sekali/puluhan' },
  },
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
    wood: { en: 'carpet/table/rug', id: 'karpet/meja' },
    ice: { en: 'glass floor', id: 'lantai kaca' },
  },
  place: {
    hills: { en: 'mountains/mountain/forest/woods/garden/park/field', id: 'gunung/pegunungan/hutan/taman/kebun' },
    room: { en: 'kitchen/office/classroom/gym/hall', id: 'dapur/kantor/kelas/aula' },
    city: { en: 'village/alley/street', id: 'desa/gang/jalan raya' },
    sea: { en: 'harbour/harbor/island', id: 'pelabuhan/pulau' },
  },
  time: {
    day: { en: 'morning/afternoon', id: 'pagi/pagi hari' },
    sunset: { en: 'sunrise/dawn', id: 'matahari terbit/fajar/subuh' },
  },
}

/** Words that point to a scene family, and stand for it: its frames say the same. Nouns point harder than verbs. */
export const SCENES: Record<string, Record<'nouns' | 'verbs', Record<Language, string>>> = {
  balls: {
    nouns: { en: 'ball/balls/sphere/spheres/orb/orbs', id: 'bola/bola-bola/kelereng/gundu' },
    verbs: {
      en: 'bounce/bounces/bouncing/bounced/hop/hops/hopping/hopped/fall/falls/falling/fell/drop/drops/dropping/dropped/land/lands/landing/landed/hit/hits/hitting/back/collide/collides/colliding/collision/bump/bumps/bumping/crash/crashes/together/jump/jumps/jumping/jumped/strike/strikes/each other/knock/knocks',
      id: 'memantul/memantul-mantul/terpantul/melompat/melompat-lompat/melambung/jatuh/terjatuh/menghantam/mengenai/bertabrakan/menabrak/bertubrukan/tabrakan/membentur/bersama/mendarat',
    },
  },
  basketball: {
    nouns: { en: 'basketball/basketballs/hoop/basket/rim/free throw', id: 'bola basket/basket/keranjang/ring/ring basket' },
    verbs: {
      en: 'thrown/throw/throws/throwing/shoot/shoots/shooting/shot/fly/flies/flying/player/orange/ball/dunk/dunks',
      id: 'dilempar/melempar/lemparan/melambung/pemain/menembak/tembakan/oranye/bola',
    },
  },
  water: {
    nouns: {
      en: 'water/waters/pool/pond/lake/river/splash/splashes/splashing/into the sea/in the sea/into the ocean/in the ocean',
      id: 'air/kolam/danau/sungai/tercebur/percikan/ke laut/ke dalam laut',
    },
    verbs: {
      en: 'ball/sphere/orb/drop/drops/dropped/dropping/fall/falls/falling/fell/plunge/plunges/plunging/plop/plops/hit/hits/land/lands/surface/bottom/goes/waves',
      id: 'bola/kelereng/gundu/jatuh/terjatuh/dijatuhkan/terjun/mencebur/dasar/permukaan/ombak',
    },
  },
  thunder: {
    nouns: {
      en: 'thunder/thunderstorm/thunderstorms/storm/storms/stormy/lightning/rain/rains/raining/rainy/rainstorm/downpour/thunderclap',
      id: 'badai/petir/hujan/guntur/kilat/halilintar/guruh',
    },
    verbs: {
      en: 'heavy/flash/flashes/flashing/roll/rolls/rolling/strike/strikes/striking/struck/fall/falls/falling/rumble/rumbles/rumbling/crack/cracks/pouring',
      id: 'deras/lebat/menyambar/bergemuruh/gemuruh/menggelegar/turun/sambaran',
    },
  },
  footsteps: {
    nouns: {
      en: 'footsteps/footstep/walker/person/someone/somebody/steps/walk/walks/walking/walked/stroll/strolls/strolling',
      id: 'langkah/langkah kaki/jejak kaki/berjalan/berjalan kaki/jalan kaki/seseorang/orang/melangkah',
    },
    verbs: { en: 'coat/jacket/cross/crosses/crossing/over', id: 'berjaket/jaket/mantel/melintasi/menyeberang' },
  },
  fireworks: {
    nouns: { en: 'firework/fireworks/rocket/rockets/sparks', id: 'kembang api/petasan' },
    verbs: { en: 'sky/burst/bursts/bursting/explode/explodes/exploding/explosion/explosions/light/lights up', id: 'langit/meledak/ledakan/meletus/percikan' },
  },
}

/** What colour and material belong to. */
export const HEADS: Record<string, Record<Language, string>> = {
  balls: { en: 'ball/sphere/orb', id: 'bola/kelereng/gundu' },
  water: { en: 'ball/sphere/orb', id: 'bola/kelereng/gundu' },
  footsteps: { en: 'coat/jacket', id: 'berjaket/jaket/mantel' },
  fireworks: { en: 'firework/fireworks/rocket/rockets/sparks', id: 'kembang api/petasan' },
}

/** Words that carry nothing by themselves: leaving them out loses nothing. */
export const EMPTY: Record<Language, string> = {
  en: 'a/an/the/is/are/was/be/being/it/its/this/that/there/of/on/onto/upon/in/into/inside/at/by/to/from/with/and/then/as/over/above/across/made/made of/makes/which/while/also/some/one/color/colour/coloured/colored/floor/ground/surface/scene/film/video/movie/clip/show/shows/showing/style/please/me/i/want/see/camera/during/under/up/down/out/but/its/short film/short clip/short video',
  id: 'yang/dan/di/ke/dari/dalam/atas/pada/dengan/sebuah/seorang/seekor/ini/itu/lalu/kemudian/sambil/berwarna/warna/terbuat/terbuat dari/bahan/berbahan/lantai/permukaan/adegan/film/video/klip/gaya/tolong/buat/buatkan/saya/aku/ingin/mau/sedang/satu/ada/adalah/kamera/saat/ketika/bawah/oleh/juga/tapi/film pendek/video pendek',
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
  fireworks: ['thunder'],
  footsteps: [],
}

/** The nearest value where a family does not draw the one asked for, best first. */
export const NEAREST_VALUES: Partial<Record<Attribute, Record<string, string[]>>> = {
  ground: {
    snow: ['ice'], gravel: ['stone'], court: ['wood'], stone: ['gravel'], ice: ['snow'], grass: ['gravel'], wood: ['stone'], water: ['ice'],
  },
  place: { room: ['city'], hills: ['sea'], city: ['hills'], sea: ['hills'] },
  time: { day: ['sunset'], sunset: ['night'], night: ['sunset'] },
}
