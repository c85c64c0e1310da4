import { describe, expect, it } from 'vitest'
import { loadDictionary, spellOut } from './english'
import { pronounceIndonesian } from './indonesian'
import { sayNumbers } from './numbers'
import { languageOf, pronounce } from './pronounce'
import { lay } from './tracks'

const said = async (text: string) => (await pronounce(text)).phones

describe('pronounce', () => {
  it.each([
    ['Hello, world!', 'hh ax l ow1 , w er1 ll d !'],
    ['Where is the train station?', 'w eh1 rx | ih z | dh ax | t r ey1 n | s tt ey1 sh ax n ?'],
    ['“Water”', 'w ao1 dx er .'],
    ['The BBC', 'dh ax | b iy2 b iy s iy1 .'],
    ['Dr. Smith left', 'd aa1 kk tt er | s m ih1 th | l eh1 f tt .'],
    ['nooo', 'n ow1 .'],
  ])('reads English: %s', async (text, phones) => expect(await pronounce(text)).toEqual({ phones, language: 'en' }))

  it.each([
    ['Selamat pagi, apa kabar?', 's ax l a1 m a tt | pp a1 g iy , a1 pp a | kk a1 b a rr ?'],
    ['Anak-anak bermain di pantai.', 'a1 n a q | a1 n a q | b ax rr m a1 ih n | d iy | pp a1 n tt ay .'],
    ['Aku mau ke sekolah besok', 'a1 kk uw | m aw1 | kk ax | s ax kk o1 l a hh | b e1 s ao q .'],
    ['Dia dan DPR', 'd iy1 y a | d a n | d e1 pp e1 eh1 rr .'],
    ['buku yg bagus dll.', 'b uw1 kk uw | y a ng | b a1 g uh s | d a n | l a1 ih n | l a1 ih n .'],
  ])('reads Indonesian: %s', async (text, phones) => expect(await pronounce(text)).toEqual({ phones, language: 'id' }))

  it('makes a pause of every mark, and one of several', async () => {
    expect((await said('Wait... what?! Yes — no')).replaceAll(/[^,.?!]/gu, '')).toBe(',?,.')
  })

  it('has nothing to say where there are no words', async () => {
    for (const text of ['', ' …', '!?', '日本']) expect(await said(text)).toBe('')
  })

  it('says nothing but phones of the table, whatever is typed', async () => {
    const texts = ["rhythm xylophone's queue zzz Brno o'clock", 'ngeong ngga’ kkkk syahdu xenon qari', 'café naïve Ærø 3½ #1 50% 1.2.3 007', 'WHY NOT? A.B.C. iPhone15']
    for (const text of texts) for (const language of ['en', 'id'] as const) expect(() => pronounce(text, language).then(({ phones }) => lay(phones, { voice: 'man', style: 'spoken' }))).not.toThrow()
    for (const text of texts) for (const language of ['en', 'id'] as const) expect(lay((await pronounce(text, language)).phones, { voice: 'man', style: 'spoken' }).seconds).toBeGreaterThan(0.2)
  })
})

describe('languageOf', () => {
  it.each([
    ['en', 'Run!'],
    ['en', 'I love my cat'],
    ['en', 'Happy birthday, grandma'],
    ['en', 'Frodo lives'],
    ['id', 'Awas!'],
    ['id', 'Kebakaran!'],
    ['id', 'Cepat lari, hujan turun deras'],
    ['id', 'Saya suka film action'],
    ['id', 'Selamat ulang tahun, nenek'],
  ])('hears %s in %s', async (language, text) => expect(languageOf(text, await loadDictionary())).toBe(language))
})

describe('pronounceIndonesian', () => {
  it.each([
    ['merah', 'm e1 dx a hh'],
    ['dengan', 'd ax ng a n'],
    ['menyeberang', 'm ax ny ax b ax dx a1 ng'],
    ['nenek', 'n e1 n eh q'],
    ['tempe', 'tt e1 m pp e'],
    ['bersepeda', 'b ax rr s ax pp e1 d a'],
    ['bunga', 'b uw1 ng a'],
    ['tangga', 'tt a1 ng g a'],
    ['janji', 'jh a1 ny jh iy'],
    ['syair', 'sh a1 ih rr'],
    ['khusus', 'kh uw1 s uh s'],
    ['saat', 's a1 q a tt'],
    ['laut', 'l a1 uh tt'],
    ['pulau', 'pp uw1 l aw'],
    ['pulaunya', 'pp uw l aw1 ny a'],
    ['tidaklah', 'tt iy d a1 q l a hh'],
    ['besar', 'b ax s a1 rr'],
  ])('%s', (word, phones) => expect(pronounceIndonesian(word).join(' ')).toBe(phones))
})

describe('spellOut', () => {
  it.each([
    ['frobnication', 'F R AA0 B N IH1 K AE0 SH AH0 N'],
    ['blick', 'B L IH1 K'],
    ['snake', 'S N EY1 K'],
    ['vorpal', 'V AO1 R P AE0 L'],
    ['knight', 'N AY1 T'],
  ])('%s', (word, phones) => expect(spellOut(word)).toBe(phones))
})

describe('sayNumbers', () => {
  const words = (text: string, language: 'en' | 'id') => sayNumbers(text, language).trim().replaceAll(/\s+/gu, ' ')
  it.each([
    ['0', 'zero'],
    ['12', 'twelve'],
    ['345', 'three hundred and forty five'],
    ['1,000,001', 'one million one'],
    ['3.14', 'three point one four'],
    ['1984', 'nineteen eighty four'],
    ['2026', 'twenty twenty six'],
    ['2005', 'two thousand five'],
    ['21st', 'twenty first'],
    ['40th', 'fortieth'],
    ['50%', 'fifty percent'],
    ['$5', 'five dollars'],
    ['7:05', 'seven oh five'],
    ['-4', 'minus four'],
    ['007', 'zero zero seven'],
  ])('reads %s as %s', (text, expected) => expect(words(text, 'en')).toBe(expected))
  it.each([
    ['0', 'nol'],
    ['11', 'sebelas'],
    ['17', 'tujuh belas'],
    ['100', 'seratus'],
    ['1.945', 'seribu sembilan ratus empat puluh lima'],
    ['2000000', 'dua juta'],
    ['3,5', 'tiga koma lima'],
    ['25%', 'dua puluh lima persen'],
    ['Rp 12.500', 'dua belas ribu lima ratus rupiah'],
    ['7:30', 'tujuh lewat tiga puluh'],
  ])('membaca %s: %s', (text, expected) => expect(words(text, 'id')).toBe(expected))
})
