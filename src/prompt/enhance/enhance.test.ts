import { describe, expect, it } from 'vitest'
import english from '../../i18n/messages/en.json'
import indonesian from '../../i18n/messages/id.json'
import { spokenIn } from '../../../workers/generate/spoken.ts'
import { enhance, type EnhanceOptions } from './enhance.ts'
import { lookUp, tokenise } from './lexicon.ts'
import { read } from './read.ts'
import { HEADS, HEADS_OF_ONE, HINTS, LATER, NEAR, NEAR_SCENES, NEAREST, NEAREST_VALUES, SAME, SCENES, SPEAKS } from './synonyms.ts'
import { attributeOf, type Attribute, type Language, type Slot } from './slots.ts'
import { vocabulary } from './vocabulary.ts'

const ALL = Object.keys(vocabulary.families)
const EARLIER = ALL.filter((family) => !LATER.includes(family))
const LANGUAGES: Language[] = ['en', 'id']
const seeds = Array.from({ length: 25 }, (_, i) => i * 7919)

function make(prompt: string, options: Partial<EnhanceOptions> = {}) {
  return enhance(prompt, { families: ALL, seed: 7, maxBytes: 192, language: 'en', ...options })
}

function said(prompt: string, families = ALL): Record<string, string> {
  const { said: slots, family } = read(prompt, families, 'en')
  return { family: family ?? 'none', ...Object.fromEntries([...slots].map(([slot, { value }]) => [slot, value])) }
}

/** Could models/kinora/world/caption.py have written this of the family? */
function inGrammar(caption: string, family: string, language: Language): boolean {
  const known = vocabulary.families[family]!
  const oneOf = (slot: Slot) => {
    const options = known.options[attributeOf(slot)] ?? []
    return `(?:${options.flatMap((value) => vocabulary.words[attributeOf(slot)][value]![language]).map((words) => words.replace(/[^\w\s]/g, String.raw`\$&`)).join('|')})?`
  }
  const pattern = (text: string): string => text.replace(/\ba /g, 'an? ').replace(/ ?\[(\w+)\] ?/g, (_, slot: string) => ` ?${/^(first|second|acts)/.test(slot) ? thing(slot) : oneOf(slot as Slot)} ?`)
  const thing = (slot: string) => {
    const kinds = Object.entries(vocabulary.words.first).map(([kind, spoken]) => {
      const things = spoken[language].map((phrase) => pattern(/^(second|acts2)/.test(slot) ? phrase.replace(/\[(colour|material)\]/g, '[$12]') : phrase)).join('|')
      return slot.startsWith('acts') ? `(?:${things}) (?:${vocabulary.acts[kind]![language].join('|')})` : things
    })
    return `(?:${kinds.join('|')})`
  }
  return [known, ...known.sets].some(({ frames, extras }) =>
    frames[language].some((frame) => {
      const core = pattern(frame)
      const rest = extras.filter((extra) => !frame.includes(`[${extra}]`)).map((extra) => `,? ?${oneOf(extra)}`)
      return new RegExp(`^${core}${rest.join('')}$`).test(caption)
    }),
  )
}

describe('reading a prompt', () => {
  // None of these stands in the captions' grammar.
  it.each<[string, Record<string, string>]>([
    ['a crimson sphere hopping on hardwood', { family: 'balls', colour: 'red', ground: 'wood' }],
    ['bola merah memantul di atas es', { family: 'balls', colour: 'red', ground: 'ice' }],
    ['A RED BALL!', { family: 'balls', colour: 'red' }],
    ['the ball is emerald and made of metal', { family: 'balls', colour: 'green', material: 'metal' }],
    ['a sky blue orb dropped on the parquet at midnight', { family: 'balls', colour: 'blue', ground: 'wood', time: 'night' }],
    ['bouncing wooden ball, handheld, monochrome', { family: 'balls', material: 'wood', camera: 'shake', style: 'noir' }],
    ['a violet steel ball on asphalt downtown', { family: 'balls', colour: 'purple', material: 'metal', ground: 'stone', place: 'city' }],
    ['kelereng kaca hijau jatuh di aspal pada sore hari', { family: 'balls', material: 'glass', colour: 'green', ground: 'stone', time: 'sunset' }],
    ['bola merah muda kenyal', { family: 'balls', colour: 'pink', material: 'rubber' }],
    ['bola kayu memantul di atas lantai kayu', { family: 'balls', material: 'wood', ground: 'wood' }],
    ['a red rubbr ball on the wodden floor', { family: 'balls', colour: 'red', material: 'rubber', ground: 'wood' }],
    ['bola karret kuning di lantia batu', { family: 'balls', material: 'rubber', colour: 'yellow', ground: 'stone' }],
    ['a red ball and a blue glass ball collide', { family: 'balls', colour: 'red', colour2: 'blue', material2: 'glass' }],
    ['two balls, one red rubber and one blue metal', { family: 'balls', colour: 'red', material: 'rubber', colour2: 'blue', material2: 'metal' }],
    ['dua bola, merah dan biru', { family: 'balls', colour: 'red', colour2: 'blue' }],
    ['bola kaca biru menabrak bola merah', { family: 'balls', material: 'glass', colour: 'blue', colour2: 'red' }],
    ['a red ball falls and the ball bounces', { family: 'balls', colour: 'red' }],
    ['yellow wooden orb floats', { family: 'water', colour: 'yellow', material: 'wood', outcome: 'float' }],
    ['a metal ball falls into the sea', { family: 'water', material: 'metal', place: 'sea' }],
    ['bola besi tercebur ke sungai dan karam', { family: 'water', material: 'metal', outcome: 'sink' }],
    ['a frozen pond, a ball bounces', { family: 'balls', ground: 'ice' }],
    ['a lightning storm far off over the ocean at twilight', { family: 'thunder', outcome: 'far', place: 'sea', time: 'sunset' }],
    ['hujan lebat di perkotaan saat tengah malam', { family: 'thunder', place: 'city', time: 'night' }],
    ['somebody in a purple jacket strolls on shingle', { family: 'footsteps', colour: 'purple', ground: 'gravel' }],
    ['jalan kaki di tanah bersalju', { family: 'footsteps', ground: 'snow' }],
    ['nothing but net: a basketball at dusk', { family: 'basketball', outcome: 'score', time: 'sunset' }],
    ['dozens of green rockets above the skyline', { family: 'fireworks', outcome: 'double', colour: 'green', place: 'city' }],
    ['petasan ungu di pesisir', { family: 'fireworks', colour: 'purple', place: 'sea' }],
    ['a violet orb dangling from a rope', { family: 'pendulum', outcome: 'pendulum', colour: 'purple' }],
    ['the ball of steel sways to and fro at dusk', { family: 'pendulum', outcome: 'pendulum', material: 'metal', time: 'sunset' }],
    ['bola kaca biru menggantung di seutas tali', { family: 'pendulum', outcome: 'pendulum', material: 'glass', colour: 'blue' }],
    ['a glass Newton’s cradle at midnight', { family: 'pendulum', outcome: 'cradle', material: 'glass', time: 'night' }],
    ['desk toy: steel balls that click', { family: 'pendulum', outcome: 'cradle', material: 'metal' }],
    ['bola-bola besi saling beradu, ayunan newton', { family: 'pendulum', outcome: 'cradle', material: 'metal' }],
    ['an antique scarlet clock, its pendulum of wood swings', { family: 'pendulum', outcome: 'clock', colour: 'red', material: 'wood' }],
    ['a pendulum swings in a green longcase clock', { family: 'pendulum', outcome: 'clock', colour: 'green' }],
    ['jam lonceng merah berdetak di ruang tamu', { family: 'pendulum', outcome: 'clock', colour: 'red', place: 'room' }],
    ['a marimba with blue mallets by the ocean', { family: 'chimes', outcome: 'xylophone', material: 'wood', colour: 'blue', place: 'sea' }],
    ['glockenspiel music at home', { family: 'chimes', outcome: 'xylophone', material: 'metal', place: 'room' }],
    ['silofon besi dimainkan di kamar', { family: 'chimes', outcome: 'xylophone', material: 'metal', place: 'room' }],
    ['a wooden glockenspiel', { family: 'chimes', outcome: 'xylophone', material: 'wood' }],
    ['somebody hits a yellow snare', { family: 'chimes', outcome: 'drum', colour: 'yellow' }],
    ['a tune on a pink drum', { family: 'chimes', outcome: 'drum', colour: 'pink' }],
    ['beduk hijau ditabuh saat senja', { family: 'chimes', outcome: 'drum', colour: 'green', time: 'sunset' }],
    ['a blue sedan honked on the highway after dark', { family: 'cars', colour: 'blue', outcome: 'horn', ground: 'road', time: 'night' }],
    ['white van speeding along the coast', { family: 'cars', colour: 'white', place: 'sea' }],
    ['a purple car honks its horn on the street downtown', { family: 'cars', colour: 'purple', outcome: 'horn', ground: 'road', place: 'city' }],
    ['kendaraan ungu ngebut di jalan beraspal, klaksonnya berbunyi', { family: 'cars', colour: 'purple', ground: 'road', outcome: 'horn' }],
    ['a roaring bonfire on the beach after dark', { family: 'campfire', outcome: 'rough', ground: 'sand', place: 'sea', time: 'night' }],
    ['small fire on snowy ground, smoke', { family: 'campfire', outcome: 'calm', ground: 'snow' }],
    ['kobaran api berkobar di rerumputan saat malam', { family: 'campfire', outcome: 'rough', ground: 'grass', time: 'night' }],
    ['big breakers pound the cliffs at twilight', { family: 'waves', outcome: 'rough', time: 'sunset' }],
    ['a peaceful sea, little waves lap against the rocks', { family: 'waves', outcome: 'calm', place: 'sea' }],
    ['gelombang dahsyat menghantam tebing saat senja', { family: 'waves', outcome: 'rough', time: 'sunset' }],
    ['a yellow ball floats on the waves', { family: 'water', colour: 'yellow', outcome: 'float' }],
    ['dua bola kayu berbenturan', { family: 'balls', material: 'wood' }],
    ['thunder over the waves', { family: 'thunder' }],
    ['a scarlet banner with an ivory stripe', { family: 'flag', colour: 'red', colour2: 'white' }],
    ['umbul-umbul hijau melambai di tepi pantai', { family: 'flag', colour: 'green', place: 'sea', ground: 'sand' }],
    ['her long hair and yellow gown in a gale', { family: 'dress', colour: 'yellow', outcome: 'rough' }],
    ['selendang biru tertiup angin sepoi-sepoi', { family: 'dress', colour: 'blue', outcome: 'calm' }],
    ['an oil drum of metal explodes on the lawn after dark', { family: 'explosion', material: 'metal', ground: 'grass', time: 'night' }],
    ['ledakan tong kayu di kejauhan', { family: 'explosion', material: 'wood', outcome: 'far' }],
    ['a car explodes in the snow', { family: 'explosion', ground: 'snow' }],
    ['before the ball falls the drum is hit', { family: 'pair', first: 'drum', second: 'ball', relation: 'then' }],
    ['fireworks explode over the skyline', { family: 'fireworks', place: 'city' }],
    ['grandpa in a blue shirt says something at home', { family: 'talk', person: 'man', hair: 'grey', colour: 'blue', outcome: 'speaks', place: 'room' }],
    ['a schoolgirl, whispering', { family: 'talk', person: 'child', outcome: 'whispers' }],
    ['tante berbaju merah bercerita', { family: 'talk', person: 'woman', colour: 'red' }],
    ['a man “The fire burns!” he shouts', { family: 'talk', person: 'man' }],
    ['a lady', { family: 'talk', person: 'woman' }],
    ['a lady walks on snow', { family: 'footsteps', ground: 'snow' }],
    ['a robot', { family: 'footsteps' }],
    ['a green sphere next to an emerald snare', { family: 'pair', first: 'ball', second: 'drum', colour: 'green', colour2: 'green' }],
    ['a violet orb dangling from a rope in front of a bonfire', { family: 'pair', first: 'campfire', second: 'pendulum', relation: 'behind', colour2: 'purple' }],
    ['a drum, to the left of it a small fire', { family: 'pair', first: 'campfire', second: 'drum', relation: 'left', outcome: 'calm' }],
    ['to the right of the wooden pendulum a yellow drum', { family: 'pair', first: 'drum', second: 'pendulum', relation: 'right', colour: 'yellow', material2: 'wood' }],
    ['a ball on the right, a drum on the left', { family: 'pair', first: 'ball', second: 'drum', relation: 'right' }],
    ['the drum sounds after the ball falls', { family: 'pair', first: 'ball', second: 'drum', relation: 'then' }],
    ['sebelum drum dipukul, bola kaca jatuh', { family: 'pair', first: 'ball', second: 'drum', relation: 'then', material: 'glass' }],
    ['api unggun, di belakangnya bandul merah', { family: 'pair', first: 'pendulum', second: 'campfire', relation: 'behind', colour: 'red' }],
    ['a blue ball next to a red ball', { family: 'balls', colour: 'blue', colour2: 'red' }],
    ['a red ball bounces and then stops behind a tree', { family: 'balls', colour: 'red', place: 'hills' }],
    ['a red ball bounces with echo, the camera follows', { family: 'balls', colour: 'red', echo: 'hall', camera: 'follow' }],
    ['a man talks in a back alley', { family: 'talk', person: 'man', outcome: 'speaks', echo: 'alley', place: 'city' }],
    ['langkah kaki bergaung di aula', { family: 'footsteps', echo: 'hall', place: 'room' }],
    ['a red ball on the street', { family: 'balls', colour: 'red', ground: 'stone' }],
  ])('%s', (prompt, expected) => expect(said(prompt)).toEqual(expected))

  it.each([
    ['a ball bounces on glass', 'material'],
    ['a ball on a red carpet', 'colour'],
    ['a ball beside a red dragon', 'colour'],
    ['bola memantul di dekat naga hijau', 'colour'],
    ['a ball, not red', 'colour'],
    ['a red xylophone', 'colour'],
    ['xilofon merah', 'colour'],
    ['a drum of metal', 'material'],
    ['a wooden clock', 'material'],
    ['jam kayu', 'material'],
    ['a car in front of a green house', 'colour'],
  ])('gives the thing of "%s" no %s that is not its own', (prompt, attribute) => {
    const reading = read(prompt, ALL, 'en')
    expect(reading.said.has(attribute as Slot)).toBe(false)
    expect(reading.open).toContain(attribute)
    expect(make(prompt).added).not.toContain(attribute)
    expect(make(prompt).caption.startsWith(prompt)).toBe(true)
  })

  it('finds every word of the captions', () => {
    for (const [attribute, options] of Object.entries(vocabulary.words).filter(([name]) => name !== 'first' && name !== 'relation')) {
      for (const [value, spoken] of Object.entries(options)) {
        for (const language of LANGUAGES) {
          for (const phrase of spoken[language].filter((text) => text && !text.includes(','))) {
            const [hit, ...rest] = lookUp(tokenise(phrase), language)
            expect(rest, phrase).toEqual([])
            expect(hit?.meanings, phrase).toContainEqual({ kind: 'value', attribute, value, words: phrase })
          }
        }
      }
    }
  })
})

describe('enhance', () => {
  it('writes the person’s words and adds the rest', () => {
    const { caption, added, notes } = make('a crimson sphere hopping on hardwood')
    expect(caption).toMatch(/^a crimson sphere of (rubber|bouncy|bouncy rubber|metal|steel|iron|metallic|wooden|wood|glass|crystal) hopping on hardwood .+ camera$/)
    expect(added).toEqual(['material', 'place', 'time', 'style', 'camera'])
    expect(notes).toEqual([])
  })

  it('answers in the language of the prompt', () => {
    expect(make('bola merah memantul di atas es').caption).toMatch(/^(sebuah )?bola .*merah .*di (atas )?es .*kamera diam$/)
    expect(make('bola merah', { language: 'en' }).language).toBe('id')
  })

  it('chooses by the seed', () => {
    for (const seed of seeds) expect(make('a red ball', { seed })).toEqual(make('a red ball', { seed }))
    expect(new Set(seeds.map((seed) => make('a red ball', { seed }).caption)).size).toBeGreaterThan(20)
  })

  it('changes no other choice when one is made by the person', () => {
    const before = read(make('a red ball').caption, ALL, 'en').said
    const after = read(make('a red ball at night').caption, ALL, 'en').said
    for (const slot of ['material', 'ground', 'place', 'style', 'camera'] as const) expect(after.get(slot)?.value).toBe(before.get(slot)?.value)
    expect(after.get('time')?.value).toBe('night')
  })

  const short: [string, string][] = [
    ['balls', 'a ball'], ['balls', 'two balls'], ['balls', 'bola'], ['balls', 'dua bola'], ['basketball', 'a basketball'], ['basketball', 'bola basket'],
    ['water', 'a ball in water'], ['water', 'bola di air'], ['thunder', 'thunder'], ['thunder', 'guntur'], ['footsteps', 'footsteps'],
    ['footsteps', 'langkah kaki'], ['fireworks', 'fireworks'], ['fireworks', 'kembang api'],
    ['pendulum', 'a pendulum'], ['pendulum', 'bandul'], ['pendulum', "a newton's cradle"], ['pendulum', 'ayunan newton'], ['pendulum', 'a clock'], ['pendulum', 'jam'],
    ['chimes', 'music'], ['chimes', 'musik'], ['chimes', 'a xylophone'], ['chimes', 'xilofon'], ['chimes', 'a drum'], ['chimes', 'genderang'], ['cars', 'a car'], ['cars', 'mobil'],
    ['cars', 'a car beeps'], ['campfire', 'a campfire'], ['campfire', 'api unggun'], ['waves', 'waves'], ['waves', 'ombak'],
    ['flag', 'a flag'], ['flag', 'bendera'], ['flag', 'a red and white flag'], ['dress', 'a dress in the wind'], ['dress', 'gaun'], ['explosion', 'an explosion'], ['explosion', 'ledakan'],
    ['talk', 'someone talks'], ['talk', 'seseorang berbicara'], ['talk', 'somebody whispers'], ['talk', 'seseorang berbisik'],
    ['pair', 'a ball left of a drum'], ['pair', 'a campfire behind a pendulum'], ['pair', 'a drum, then a ball'], ['pair', 'bola di kanan api unggun'], ['pair', 'bandul, lalu drum'],
  ]
  it.each(short)('says of %s, for "%s", what it chose, and nothing that training never shows', (family, prompt) => {
    for (const seed of seeds) {
      const { caption, added, language } = make(prompt, { seed })
      const reading = read(caption, ALL, language)
      expect(reading, caption).toMatchObject({ family, language, unknown: [], near: [] })
      const values = new Map([...reading.said].map(([slot, { value }]) => [slot, value]))
      for (const slot of added) expect(vocabulary.families[family]?.options[attributeOf(slot)], caption).toContain(values.get(slot))
      expect(inGrammar(caption, family, language), caption).toBe(true)
      for (const [a, x, b, y] of vocabulary.families[family]!.apart) {
        expect(values.get(a) === x && values.get(b) === y, caption).toBe(false)
        expect(values.get(`${a}2` as Slot) === x && values.get(`${b}2` as Slot) === y, caption).toBe(false)
      }
    }
  })

  it('keeps a pair that training never shows when the person asks for it', () => {
    expect(said(make('a green glass ball').caption)).toMatchObject({ colour: 'green', material: 'glass' })
  })

  it('shows who says what is quoted, unless it is said of another scene', () => {
    expect(make('a woman says "a red ball"')).toMatchObject({ family: 'talk', told: { person: 'woman', outcome: 'speaks' }, notes: [] })
    expect(make('a woman talks')).toMatchObject({ family: 'talk', notes: [{ kind: 'wordless' }] })
    expect(make('a man with red hair and glasses says "hello"')).toMatchObject({ family: 'talk', told: { person: 'man', hair: 'ginger', glasses: 'yes' }, notes: [] })
    expect(make('seorang perempuan berambut pirang dan berkacamata berkata "halo"')).toMatchObject({ family: 'talk', told: { person: 'woman', hair: 'blond', glasses: 'yes' }, notes: [] })
    expect(make('a bearded man with dark skin and curly hair in a blue sweater talks')).toMatchObject({ told: { beard: 'yes', skin: 'dark', cut: 'curly', colour: 'blue' } })
    expect(make('a blonde woman says "hello"')).toMatchObject({ told: { person: 'woman', hair: 'blond' } })
    expect(make('a sign says "open", a yellow car drives past').family).toBe('cars')
    expect(make('a man says "fire"', { families: EARLIER })).toMatchObject({ family: 'footsteps' })
    for (const seed of seeds) expect(make('a child talks', { seed }).told).toMatchObject({ outcome: 'speaks' })
    for (const seed of seeds) expect(make('a child talks', { seed }).caption).not.toMatch(/echo/)
  })

  it('leaves packs without the newer scenes what they had', () => {
    expect(make('a huge explosion in the sky', { families: EARLIER })).toMatchObject({ family: 'fireworks', notes: [{ kind: 'family', asked: 'explosion', nearest: 'fireworks' }] })
    expect(make('a girl', { families: EARLIER })).toMatchObject({ family: 'footsteps', notes: [{ kind: 'near', asked: 'girl', nearest: 'walker' }] })
    expect(make('a drum left of a campfire', { families: EARLIER }).notes).toEqual([{ kind: 'family', asked: 'pair', nearest: 'chimes' }])
    expect(make('a red flag', { families: EARLIER })).toMatchObject({ family: null, notes: [{ kind: 'family', asked: 'flag', nearest: null }] })
    expect(make('a ball bounces in an alley, tracking shot', { families: EARLIER }).told).toMatchObject({ place: 'city', camera: 'still' })
    expect(make('a red gown', { families: EARLIER })).toMatchObject({ family: 'footsteps', told: { colour: 'red' } })
  })

  it('puts the two things of a pair where they were asked for, each with its own looks', () => {
    expect(make('a red ball to the left of a blue drum').caption).toMatch(/^a .*(red|crimson).* ball .*left.* (blue|azure|navy|cobalt|\w+ blue) .*drum/)
    expect(make('a red drum in front of a campfire').caption).toMatch(/fire .*behind .*red.* drum/)
    expect(make('an apple next to a campfire')).toMatchObject({ family: 'pair', notes: [{ kind: 'near', asked: 'apple', nearest: 'ball' }] })
    for (const seed of seeds) expect(['left', 'right']).toContain(make('a ball beside a drum', { seed }).told.relation)
  })

  it('adds no colour to black and white', () => {
    expect(make('a ball, noir style').added).not.toContain('colour')
  })

  it('keeps the sentence in front where the captions have no words for it, and says so', () => {
    const { caption, notes } = make('A tiny dragon chases a red ball.')
    expect(caption).toMatch(/^A tiny dragon chases a red ball, .*\bred\b/)
    expect(notes).toEqual([{ kind: 'unknown', words: ['tiny', 'dragon', 'chases'] }])
  })

  it('leaves what is quoted out of the caption: the picture cannot show it as a thing', () => {
    const { caption, family, notes } = make('red fireworks "Happy birthday, Anna! A blue car"')
    expect(family).toBe('fireworks')
    expect(caption).not.toMatch(/Anna|blue|car/)
    expect(notes).toEqual([])
    expect(make('a dragon “Hello, there” and a red ball').caption).toMatch(/^a dragon, and a red ball, /)
    expect(make('“Selamat ulang tahun”')).toMatchObject({ family: 'fireworks', language: 'id' })
  })

  it('names the nearest that the model knows', () => {
    const { caption, notes } = make('a turquoise ball bounces on snow')
    expect(caption).toMatch(/^a turquoise ball bounces on snow, .*(blue|azure|navy).* ball/)
    expect(notes).toEqual([{ kind: 'near', asked: 'turquoise', nearest: 'blue' }, { kind: 'near', asked: 'snow', nearest: 'ice' }])
  })

  it.each([
    ['a yellow taxi in the city', 'taxi', 'car', 'cars'],
    ['taksi kuning di kota', 'taksi', 'mobil', 'cars'],
    ['a fireplace at night', 'fireplace', 'campfire', 'campfire'],
    ['a metronome', 'metronome', 'a clock', 'pendulum'],
    ['lonceng berbunyi', 'lonceng', 'xilofon', 'chimes'],
    ['a campfire in a room', 'in a room', 'in the city', 'campfire'],
    ['a car on snow', 'snow', 'a road', 'cars'],
  ])('of "%s" it says that %s is nearest to %s', (prompt, asked, nearest, family) => {
    const made = make(prompt)
    expect(made).toMatchObject({ family, notes: [{ kind: 'near', asked, nearest }] })
    expect(made.caption.startsWith(`${prompt}, `)).toBe(true)
  })

  it('writes of the scene that was named, and says which other is left out', () => {
    for (const seed of seeds) {
      expect(make('a ball swings on a string', { seed }).caption).not.toMatch(/clock|cradle/)
      expect(make('a clock', { seed }).caption).toMatch(/clock/)
      expect(make('a melody', { seed }).caption).toMatch(/xylophone|bars/)
    }
    expect(make('a xylophone and a drum').notes).toEqual([{ kind: 'unknown', words: ['a drum'] }])
  })

  it('lets no horn sound that nobody asked for', () => {
    for (const seed of seeds) expect(make('a red car', { seed }).caption).not.toMatch(/honk|horn|beep/)
    expect(make('a red car honks').caption).toMatch(/honks$|honks /)
  })

  it('puts a pendulum where the ground is the one that was asked for', () => {
    for (const [ground, place] of [['grass', 'hills'], ['sand', 'sea'], ['a wooden floor', 'room']] as const) {
      for (const seed of seeds) {
        const { caption, language } = make(`a pendulum on ${ground}`, { seed })
        expect(read(caption, ALL, language).said.get('place')?.value, caption).toBe(place)
      }
    }
    expect(make('a pendulum on grass in the city').caption).toMatch(/^a pendulum on grass in the city, /)
  })

  it('says each thing once', () => {
    expect(make('a turquoise ball and a turquoise ball, slowly, slowly').notes).toEqual([
      { kind: 'near', asked: 'turquoise', nearest: 'blue' },
      { kind: 'unknown', words: ['slowly'] },
    ])
  })

  it('understands every example that the page offers', () => {
    for (const [language, messages] of [['en', english], ['id', indonesian]] as const) {
      const examples = Object.entries<unknown>(messages).filter(([name]) => name.startsWith('example_'))
      expect(examples.length).toBeGreaterThan(10)
      for (const [name, prompt] of examples.map(([name, text]) => [name, String(text)] as const)) expect(make(prompt), prompt).toMatchObject({ language, family: name.split('_')[1], notes: [] })
    }
  })

  it('uses only what the pack has learned', () => {
    const families = ['balls', 'water', 'thunder']
    const fireworks = make('red fireworks over the city', { families })
    expect(fireworks).toMatchObject({ family: 'thunder', notes: [{ kind: 'family', asked: 'fireworks', nearest: 'thunder' }] })
    expect(fireworks.caption.startsWith('red fireworks over the city, ')).toBe(true)
    expect(read(fireworks.caption.slice('red fireworks over the city, '.length), families, 'en').said.get('place')?.value).toBe('city')
    expect(make('footsteps on snow', { families })).toMatchObject({ caption: 'footsteps on snow', family: null, notes: [{ kind: 'family', asked: 'footsteps', nearest: null }] })
  })

  it('leaves a sentence alone of which it understands nothing', () => {
    expect(make(' a dragon over the city at night ')).toEqual({ caption: 'a dragon over the city at night', language: 'en', family: null, added: [], told: { place: 'city', time: 'night' }, notes: [{ kind: 'nothing' }] })
    expect(make('')).toMatchObject({ caption: '', notes: [] })
  })

  it('fits what the model reads: additions go first, the person’s own sentence never', () => {
    const prompt = `a red ball ${'very '.repeat(20)}slowly bounces`
    const encoder = new TextEncoder()
    for (const maxBytes of [96, 160, 192, 256]) {
      const { caption } = make(prompt, { maxBytes })
      expect(caption.startsWith(prompt)).toBe(true)
      expect(encoder.encode(caption).length).toBeLessThanOrEqual(Math.max(maxBytes, prompt.length))
    }
    expect(encoder.encode(make('two balls, one red and one blue', { maxBytes: 96 }).caption).length).toBeLessThanOrEqual(96)
  })
})

describe('the synonyms', () => {
  it('are not the captions’ own words', () => {
    for (const [attribute, options] of Object.entries(SAME)) {
      for (const [value, spoken] of Object.entries(options)) {
        for (const language of LANGUAGES) {
          const own = vocabulary.words[attribute as Attribute][value]![language]
          expect(spoken[language]?.split('/').filter((phrase) => phrase && own.includes(phrase)) ?? [], `${attribute} ${value}`).toEqual([])
        }
      }
    }
  })

  it('of speaking are those by which words are said aloud', () => {
    for (const verb of Object.values(SPEAKS).flatMap(({ en, id }) => `${en}/${id}`.split('/'))) expect(spokenIn({ prompt: `someone ${verb} "yes"` }), verb).not.toBeNull()
  })

  it('stand for values that the captions have', () => {
    for (const table of [SAME, NEAR]) {
      for (const [attribute, options] of Object.entries(table)) {
        for (const value of Object.keys(options)) expect(vocabulary.words[attribute as Attribute], `${attribute} ${value}`).toHaveProperty(value)
      }
    }
    for (const [attribute, options] of Object.entries(HINTS)) {
      for (const value of Object.keys(options)) expect(vocabulary.words[attribute as Attribute]).toHaveProperty(value)
    }
    for (const [attribute, options] of Object.entries(NEAREST_VALUES)) {
      for (const value of [...Object.keys(options), ...Object.values(options).flat()]) expect(vocabulary.words[attribute as Attribute]).toHaveProperty(value)
    }
    expect(Object.keys(SCENES).toSorted()).toEqual(ALL.filter((family) => family !== 'pair').toSorted())
    for (const table of [HEADS, HEADS_OF_ONE, NEAR_SCENES]) expect(ALL).toEqual(expect.arrayContaining(Object.keys(table)))
    expect(Object.keys(NEAREST)).toEqual(expect.arrayContaining(ALL))
  })
})
