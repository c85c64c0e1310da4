/**
 * Things and ideas that no caption names, and what the model draws in their stead: an apple is a red ball, a dog somebody who walks by, buoyancy a
 * ball in water. Of a thing the person is told what stands for it; an idea is simply shown.
 */
import type { Attribute, Language } from './slots.ts'

export interface StandIn {
  family: string
  /** How hard it points to its scene; 1 where nothing is said, half of what names a scene. */
  weight?: number
  /** Phrases separated by "/". */
  words: Record<Language, string>
  /** What the thing is like, where the person says nothing else of it. */
  is?: Partial<Record<Attribute, string>>
}

/** Round or not, they fall, bounce, roll, swing, splash: each can be a ball, in whatever scene balls are. */
export const THINGS: StandIn[] = [
  { family: 'balls', is: { colour: 'red', material: 'rubber' }, words: { en: 'apple/apples/tomato/tomatoes/strawberry', id: 'apel/tomat/stroberi' } },
  { family: 'balls', is: { colour: 'orange', material: 'rubber' }, words: { en: 'pumpkin/pumpkins/carrot/dodgeball', id: 'labu/jeruk keprok/wortel' } },
  { family: 'balls', is: { colour: 'yellow', material: 'rubber' }, words: { en: 'lemon/lemons/banana/mango/tennis ball/tennis balls', id: 'lemon/buah lemon/pisang/mangga/bola tenis' } },
  { family: 'balls', is: { colour: 'yellow', material: 'metal' }, words: { en: 'coin/coins/penny/medal/trophy', id: 'koin/uang logam/uang receh/medali/piala' } },
  { family: 'balls', is: { colour: 'green', material: 'rubber' }, words: { en: 'watermelon/watermelons/melon/frog/leaf/leaves', id: 'semangka/melon/kodok/katak/daun/dedaunan' } },
  { family: 'balls', is: { colour: 'blue', material: 'glass' }, words: { en: 'marbles/marble/bubble/bubbles/soap bubble/planet/globe', id: 'gelembung/gelembung sabun/planet/bola dunia' } },
  { family: 'balls', is: { colour: 'blue', material: 'metal' }, words: { en: 'bowling ball/bowling balls', id: 'bola bowling/bola boling' } },
  { family: 'balls', is: { colour: 'purple', material: 'rubber' }, words: { en: 'grape/grapes/eggplant', id: 'anggur/terong/manggis' } },
  { family: 'balls', is: { colour: 'pink', material: 'metal' }, words: { en: 'piggy bank', id: 'celengan' } },
  {
    family: 'balls', is: { colour: 'white', material: 'rubber' },
    words: {
      en: 'soccer ball/soccer balls/soccer/penalty/penalty kick/goal/goalkeeper/football/footballs/volleyball/golf ball/golf balls/baseball/ping pong/ping-pong/ping pong ball/ping-pong ball/table tennis ball/snowball/snowballs/beach ball/marshmallow/feather/feathers/pillow',
      id: 'bola sepak/sepak bola/sepakbola/gol/gawang/kiper/tendangan/tendangan penalti/bola voli/bola golf/bola kasti/bola pingpong/pingpong/bola tenis meja/bola salju/bulu/bantal/bola pantai',
    },
  },
  { family: 'balls', is: { colour: 'white', material: 'glass' }, words: { en: 'egg/eggs/cup/plate/vase/light bulb/diamond/pearl/glass bottle/bottle/snow globe', id: 'telur/cangkir/piring/vas/vas bunga/gelas/bohlam/berlian/mutiara/botol' } },
  {
    family: 'balls', is: { colour: 'white', material: 'metal' },
    words: {
      en: 'a stone/rock falls/a falling rock/falling rocks/rocks fall/rockfall/thrown rock/throws a rock/boulder/boulders/pebble/meteor/meteorite/asteroid/hammer/hammers/anvil/cannonball/cannon ball/nail/spoon/fork/key/keys/tin can/billiard/billiards/billiard ball/billiard balls/pool balls/snooker/snooker balls/ball bearing/magnet/brick/phone',
      id: 'batu jatuh/sebuah batu/sebongkah batu/batu besar/batu kecil/batu bata/meteor/meteorit/asteroid/palu/paku/sendok/garpu/kunci/kaleng/bola meriam/bola biliar/bola bilyar/magnet/ponsel/hp',
    },
  },
  { family: 'balls', is: { colour: 'orange', material: 'wood' }, words: { en: 'coconut/coconuts/acorn/box/boxes/crate/cube/block/blocks/log/stick/barrel/pencil/chair/dice/nut/puck/pine cone', id: 'kelapa/buah kelapa/kotak/kardus/kubus/balok/balok kayu/tong/pensil/kursi/dadu' } },
  { family: 'balls', is: { material: 'rubber' }, words: { en: 'balloon/balloons/toy/toys/doll/teddy bear/yarn/bouncer/jelly/slime/frisbee/spinning top', id: 'balon/mainan/boneka/benang wol/agar-agar/gasing' } },
  { family: 'water', is: { colour: 'yellow', material: 'rubber', outcome: 'float' }, words: { en: 'rubber duck/rubber ducky/bath duck/duckie/ducky/duck/ducks/duckling/ducklings', id: 'bebek karet/bebek-bebekan/bebek/itik' } },
  { family: 'water', is: { colour: 'white', material: 'wood', outcome: 'float' }, words: { en: 'boat/boats/sailing boat/titanic/ferry/ship/ships/sailboat/sailboats/canoe/kayak/raft/yacht/paper boat/swan/swans/fish/goldfish/whale/dolphin/dolphins/shark', id: 'perahu/kapal/kapal laut/titanic/feri/kapal layar/sampan/rakit/kano/perahu kertas/angsa/ikan/paus/lumba-lumba/hiu/ikan mas' } },
  { family: 'water', is: { colour: 'red', material: 'rubber', outcome: 'float' }, words: { en: 'buoy/buoys/life ring/lifebuoy', id: 'pelampung' } },
  { family: 'water', is: { material: 'metal', outcome: 'sink' }, words: { en: 'anchor/anchors/submarine/shipwreck/treasure', id: 'jangkar/kapal selam/bangkai kapal/harta karun' } },
  { family: 'water', is: { colour: 'white', material: 'glass', outcome: 'float' }, words: { en: 'ice cube/ice cubes/iceberg/icebergs/message in a bottle', id: 'es batu/gunung es' } },
]

/** What else is near to a scene. */
export const OTHERS: StandIn[] = [
  {
    family: 'footsteps',
    weight: 0.5, // whoever is there does something with something
    words: {
      en: 'man/men/woman/women/girl/girls/boy/boys/child/children/kid/kids/toddler/baby/guy/lady/people/human/mother/mom/mum/father/dad/grandma/grandpa/grandmother/grandfather/teacher/student/students/soldier/soldiers/hiker/runner/jogger/dancer/traveller/traveler/tourist/pilgrim/santa/santa claus/snowman/knight/king/queen/princess/prince/pirate/wizard/witch/ghost/zombie/monster/stranger/passerby/passer-by/neighbour/neighbor/friend/friends/brother/sister/uncle/aunt/couple/customer/customers/shopper/postman/doctor/nurse/chef/shepherd/detective/thief/spy/robot/robots/astronaut/ninja/superhero/farmer/worker/businessman/crowd/dog/dogs/puppy/cat/cats/kitten/horse/horses/cow/pig/sheep/goat/elephant/lion/tiger/bear/wolf/fox/deer/rabbit/bunny/chicken/penguin/dinosaur/monkey/camel/donkey/mouse/turtle',
      id: 'pria/lelaki/laki-laki/wanita/perempuan/gadis/anak/anak-anak/anak kecil/bocah/bayi/ibu/bapak/ayah/kakek/nenek/guru/murid/siswa/tentara/pendaki/pelari/penari/turis/manusia salju/boneka salju/raja/ratu/putri/pangeran/bajak laut/penyihir/hantu/monster/orang asing/tetangga/teman/kakak/adik/paman/bibi/om/tante/pelanggan/pembeli/tukang pos/dokter/koki/gembala/detektif/pencuri/cewek/cowok/mas/mbak/robot/astronot/ninja/petani/pekerja/anjing/kucing/kuda/sapi/babi/domba/kambing/gajah/singa/harimau/beruang/serigala/rubah/rusa/kelinci/ayam/penguin/dinosaurus/monyet/unta/keledai/kura-kura',
    },
  },
  {
    family: 'cars',
    words: {
      en: 'train/trains/locomotive/subway/airplane/airplanes/aeroplane/plane/planes/jet/jets/fighter jet/helicopter/drone/bicycle/bicycles/bike/bikes/cyclist/skateboard/skateboarder/roller skates/tank/caravan/spaceship/space ship/ufo/carriage/sleigh/rickshaw/bycicle/quad bike/convoy/parade float/go-kart/kart/cart/wagon/excavator/bulldozer/driver',
      id: 'bis/telolet/kereta/kereta api/lokomotif/pesawat/pesawat terbang/jet/helikopter/drone/sepeda/pesepeda/papan luncur/tank/pesawat luar angkasa/ufo/delman/becak/gokar/gerobak/ekskavator/buldoser/sopir',
    },
  },
  {
    family: 'fireworks',
    words: {
      en: 'grand opening/sparkler/sparklers/bomb/bombs/grenade/dynamite/tnt/volcano/volcanoes/volcanic eruption/eruption/erupts/erupting/erupt/blast/goes off/go off/confetti/party/birthday/birthday party/happy birthday/new year/new year\'s eve/new years eve/new year’s eve/celebration/celebrate/celebrates/anniversary/wedding/congratulations/independence day/fourth of july/4th of july/diwali/big bang/supernova/shooting star/shooting stars/comet/meteor shower/stars/galaxy/northern lights/laser show',
      id: 'pembukaan/grand opening/mercon/bom/granat/dinamit/gunung meletus/gunung berapi/letusan/letusan gunung/erupsi/konfeti/pesta/ulang tahun/selamat ulang tahun/hari ulang tahun/tahun baru/malam tahun baru/perayaan/merayakan/pernikahan/hari kemerdekaan/bintang jatuh/komet/hujan meteor/bintang/bintang-bintang/galaksi',
    },
  },
  {
    family: 'thunder',
    weight: 2,
    words: {
      en: 'wind/winds/windy/windy day/breeze/gust/gusts/kaboom/zeus/thor/drizzle/drizzling/hurricane/typhoon/tornado/cyclone/monsoon/hail/hailstorm/blizzard/snowstorm/snowfall/snowing/snow falls/snow is falling/falling snow/snowflakes/cloud/clouds/cloudy/fog/umbrella/window pane/weather/electricity/sandstorm',
      id: 'angin/angin sepoi-sepoi/semilir/banjir/musim hujan/gerimis/rintik/rintik hujan/topan/angin topan/puting beliung/angin kencang/hujan es/badai salju/salju turun/hujan salju/awan/mendung/berawan/kabut/payung/cuaca/listrik/badai pasir',
    },
  },
  { family: 'chimes', words: { en: 'guitar/guitars/violin/cello/harp/flute/trumpet/saxophone/ukulele/banjo/accordion/organ/band/orchestra/concert/concerto/jazz/musician/musicians/keyboard/lullaby/doorbell/maracas/kalimba', id: 'gitar/biola/harpa/suling/seruling/terompet/saksofon/ukulele/akordeon/band/orkes/orkestra/konser/pemusik/musisi/bel pintu/sasando/marakas' } },
  { family: 'campfire', words: { en: 'lantern/lanterns/oven/grill/lava/bbq/matchstick/lighting a match/light a match/strikes a match/lit match/marshmallows/sausages/phoenix', id: 'lentera/lampion/pemanggang/panggangan/lava/korek api/sate/jagung bakar' } },
  { family: 'explosion', weight: 2, words: { en: 'bomb/bombs/grenade/grenades/dynamite/tnt/landmine/land mine/nuke/atomic bomb', id: 'bom/bom atom/granat/dinamit/ranjau/tnt' } },
  { family: 'talk', weight: 1.6, words: { en: 'sing/sings/singing/singer', id: 'bernyanyi/menyanyi/nyanyi/penyanyi' } },
  { family: 'explosion', weight: 1.6, words: { en: 'demolition/volcano/volcanoes/volcanic eruption/eruption/erupts/erupting/erupt', id: 'gunung meletus/gunung berapi/letusan/letusan gunung/erupsi' } },
  { family: 'flag', weight: 1.5, words: { en: 'kite/kites/windsock/sail/sails/curtain/curtains/laundry/clothesline/bedsheet/tablecloth', id: 'layang-layang/layangan/jemuran/tirai/gorden/seprai/layar' } },
  { family: 'waves', weight: 2, words: { en: 'surfing/surfer/surfers/surfboard/surf board/coastline/lighthouse/seagull/seagulls/island/whirlpool', id: 'peselancar/selancar/berselancar/garis pantai/mercusuar/burung camar/pusaran air' } },
  { family: 'pendulum', words: { en: 'sundial/hypnotist/trapeze/rocking chair/seesaw/see-saw/cable car', id: 'jungkat-jungkit/kursi goyang/kereta gantung' } },
]

/** What a lesson is about, and the scene that shows it. */
export const IDEAS: StandIn[] = [
  // Whoever does nothing else looks at us and talks. Where the pack knows nobody who does, they walk.
  {
    family: 'talk',
    weight: 0.6,
    words: {
      en: 'man/men/old man/young man/woman/women/old woman/young woman/girl/girls/boy/boys/little girl/little boy/child/children/kid/kids/toddler/baby/guy/gentleman/lady/people/mother/mom/mum/father/dad/daddy/mommy/grandma/grandpa/granny/grandmother/grandfather/teacher/student/pupil/students/friend/friends/brother/sister/uncle/aunt/doctor/nurse/chef/boss/president/politician/king/queen/princess/prince/husband/wife/boyfriend/girlfriend/couple/businessman/neighbour/neighbor/professor',
      id: 'pria/lelaki/laki-laki/wanita/perempuan/gadis/anak/anak-anak/anak kecil/bocah/bayi/ibu/bapak/ayah/pak/bu/papa/mama/bunda/kakek/nenek/guru/pak guru/bu guru/murid/siswa/teman/kakak/adik/adek/adik kecil/paman/bibi/om/tante/dokter/koki/cewek/cowok/mas/mbak/presiden/raja/ratu/putri/pangeran/suami/istri/tetangga/balita/bocil/kakak perempuan/kakak laki-laki/anak perempuan/anak laki-laki',
    },
  },
  { family: 'talk', weight: 0.6, words: { en: 'hello/hi/good morning/good evening/good night/welcome/how are you', id: 'halo/hai/hallo/selamat pagi/selamat malam/selamat siang/selamat sore/selamat datang/apa kabar/assalamualaikum' } },
  // Wind alone is weather; with cloth in it, cloth in the wind.
  ...['flag', 'dress'].flatMap((family): StandIn[] => [
    { family, weight: 2.8, words: { en: 'wind/winds/windy', id: 'angin' } },
    { family, weight: 1.9, words: { en: 'breeze/gust/gusts/gale', id: 'angin sepoi-sepoi/semilir/angin kencang' } },
  ]),
  // What explodes is no longer what it was.
  { family: 'explosion', weight: 0.1, words: { en: 'explode/explodes/exploding/exploded/blows up/blew up/blow up', id: 'mobil meledak' } },
  { family: 'dress', weight: 0.3, words: { en: 'woman/women/girl/girls/lady/princess/queen/her/she', id: 'wanita/perempuan/gadis/cewek/putri/ratu' } },
  {
    family: 'balls',
    words: {
      en: 'gravity/free fall/freefall/free falling/newton\'s law/newton’s law/newtons law/laws of motion/law of motion/projectile/projectile motion/parabola/parabolic/acceleration/kinetic energy/potential energy/elastic collision/inelastic collision/restitution/trajectory/friction/inertia',
      id: 'gravitasi/jatuh bebas/gerak jatuh bebas/hukum newton/gerak parabola/gerak peluru/parabola/percepatan/energi kinetik/energi potensial/tumbukan/tumbukan lenting/lenting/gaya gesek/lintasan/inersia/kelembaman',
    },
  },
  { family: 'pendulum', is: { outcome: 'cradle' }, words: { en: 'momentum/conservation of momentum/third law/action and reaction/energy transfer', id: 'momentum/kekekalan momentum/hukum kekekalan momentum/aksi reaksi/aksi dan reaksi' } },
  { family: 'pendulum', is: { outcome: 'pendulum' }, words: { en: 'harmonic motion/simple harmonic motion/oscillation/oscillations/oscillates/oscillating/oscillator/foucault', id: 'gerak harmonik/gerak harmonik sederhana/harmonik/osilasi/berosilasi/ayunan sederhana' } },
  { family: 'pendulum', is: { outcome: 'clock' }, words: { en: 'time passes/time is passing/time passing/countdown', id: 'waktu berlalu/waktu berjalan/hitung mundur' } },
  { family: 'water', words: { en: 'buoyancy/buoyant/buoyant force/archimedes/archimedes principle/density/floats or sinks/float or sink/sink or float', id: 'gaya apung/daya apung/gaya archimedes/archimedes/hukum archimedes/massa jenis/terapung atau tenggelam' } },
  { family: 'cars', is: { outcome: 'horn' }, words: { en: 'doppler/doppler effect/doppler shift', id: 'doppler/efek doppler' } },
  { family: 'thunder', is: { outcome: 'far' }, words: { en: 'speed of sound/sound is slower than light/light is faster than sound', id: 'kecepatan suara/cepat rambat bunyi/kecepatan cahaya' } },
  { family: 'chimes', is: { outcome: 'xylophone' }, words: { en: 'pitch of a sound/sound frequency/do re mi', id: 'tangga nada/do re mi/tinggi nada' } },
]

/** What is drawn of a scene's things, as the person is told. */
export const DRAWN_AS: Record<string, Record<Language, string>> = {
  balls: { en: 'ball', id: 'bola' },
  water: { en: 'ball', id: 'bola' },
  pendulum: { en: 'pendulum', id: 'bandul' },
  footsteps: { en: 'walker', id: 'pejalan kaki' },
  cars: { en: 'car', id: 'mobil' },
  fireworks: { en: 'fireworks', id: 'kembang api' },
  thunder: { en: 'thunderstorm', id: 'badai petir' },
  chimes: { en: 'xylophone', id: 'xilofon' },
  campfire: { en: 'campfire', id: 'api unggun' },
  waves: { en: 'waves', id: 'ombak' },
  flag: { en: 'flag', id: 'bendera' },
  dress: { en: 'dress in the wind', id: 'gaun tertiup angin' },
  explosion: { en: 'exploding barrel', id: 'tong yang meledak' },
  talk: { en: 'somebody who talks', id: 'orang yang berbicara' },
}

/** What is seen where only this is said: a place, a ground, a time. */
export const SEEN_AT: Partial<Record<Attribute, Record<string, string>>> = {
  ground: { court: 'basketball', water: 'water', road: 'cars', snow: 'footsteps', gravel: 'footsteps', sand: 'waves', ice: 'balls', grass: 'balls', wood: 'balls', stone: 'balls' },
  place: { sea: 'waves', city: 'cars', hills: 'campfire', room: 'pendulum' },
  time: { night: 'fireworks', sunset: 'waves', day: 'balls' },
}
