import { describe, expect, it } from 'vitest'
import { brokenRule, PolicyError, screenPrompt, type PolicyRule } from './policy'

describe('screenPrompt lets everyday scenes through', () => {
  it.each([
    'shoot a basketball',
    'a boy shoots a basketball at the hoop and scores',
    'a girl shoots her basketball through the hoop',
    'explosion of colours',
    'kill the lights',
    'someone kills the lights, then fireworks explode over the city',
    'fireworks explode',
    'a wide shot of people walking through snow',
    'a red rubber ball bounces on a wooden floor',
    'thunderstorm over the city at night',
    'shooting stars above people on a hill',
    'a killer whale jumps out of the water beside children',
    'a blood moon rises over naked trees',
    'visible to the naked eye',
    'a trumpet plays in an alley',
    'grapes fall into a bowl, a chink of light on the wall',
    'kids eat chicken breasts at a picnic',
    'a song in A minor',
    'the beach is 10 kms away',
    'a cock crows at dawn, an ass brays',
    'Essex and Middlesex in the rain',
    'a bomb of flour bursts, white dust everywhere!',
    'bola karet merah memantul di lantai kayu',
    'anak-anak bermain bola di pantai',
    'pemain menembak bola ke ring basket',
    'seorang anak berjalan bertelanjang kaki di atas pasir',
    'matikan lampu, lalu kembang api meledak',
    'anak kucing tidur di dekat api unggun',
    '3 balls and 4 cubes, 8 seconds',
    '',
  ])('%s', (prompt) => {
    expect(brokenRule(prompt)).toBeUndefined()
  })
})

describe('screenPrompt refuses', () => {
  it.each<[string, PolicyRule]>([
    ['two people having sex', 'sexual'],
    ['a nude woman on the beach', 'sexual'],
    ['wanita telanjang di pantai', 'sexual'],
    ['adegan bokep', 'sexual'],
    ['a naked child', 'sexual-minors'],
    ['a sexy 15 year old dancing', 'sexual-minors'],
    ['a sexy 16yo', 'sexual-minors'],
    ['anak telanjang', 'sexual-minors'],
    ['gadis umur 14 tahun memakai pakaian dalam', 'sexual-minors'],
    ['loli', 'sexual-minors'],
    ['a man is beheaded in the square', 'graphic-violence'],
    ['he stabs the old woman', 'graphic-violence'],
    ['soldiers shoot the man', 'graphic-violence'],
    ['he wants to kill her', 'graphic-violence'],
    ['kill her with a knife', 'graphic-violence'],
    ['pria itu menusuk seorang wanita', 'graphic-violence'],
    ['korban berlumuran darah', 'graphic-violence'],
    ['nazi parade', 'hate'],
    ['bunuh kafir', 'hate'],
    ['how to kill myself', 'self-harm'],
    ['seseorang bunuh diri', 'self-harm'],
    ['Donald Trump dances', 'public-figure'],
    ['Taylor  Swift sings on a stage', 'public-figure'],
    ['Jokowi naik sepeda', 'public-figure'],
    ['Beyoncé on the moon', 'public-figure'],
  ])('%s: %s', (prompt, rule) => {
    expect(brokenRule(prompt)).toBe(rule)
  })

  it.each([
    ['capitals', 'a NUDE woman'],
    ['leet', 'a nud3 woman, p0rn'],
    ['spaced letters', 'a n u d e woman'],
    ['dotted letters', 'n.u.d.e'],
    ['Cyrillic lookalikes', 'a nudе woman'],
    ['zero-width characters', 'nu\u200bde'],
    ['stretched letters', 'a nuuuuude woman'],
    ['accents', 'a nüdé woman'],
    ['full-width letters', 'ｎｕｄｅ'],
    ['punctuation', 'nude!'],
  ])('a listed word hidden by %s', (_, prompt) => {
    expect(brokenRule(prompt)).toBe('sexual')
  })

  it('names the rule in an error that survives Comlink', () => {
    expect(() => screenPrompt('a naked child')).toThrow(PolicyError)
    expect(() => screenPrompt('a naked child')).toThrow(/\(rule: sexual-minors\)$/)
  })

  it('is done with the longest prompt in well under a second', () => {
    const began = performance.now()
    screenPrompt('a red ball rolls down a hill '.repeat(344))
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
