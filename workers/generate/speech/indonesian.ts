/**
 * How Indonesian is read: its spelling tells nearly everything (Ejaan yang Disempurnakan), but for the letter e, which is é or a schwa.
 * Stress falls on the last syllable but one, or on the last where that has a schwa.
 */

/** Words of no stress, which also tell the language. */
export const functionWords = new Set(
  `aku saya kamu anda dia ia kami kita mereka ini itu yang dan atau tapi tetapi di ke dari pada untuk dengan oleh dalam akan sudah telah sedang belum tidak bukan jangan ada adalah
  bisa dapat harus mau ingin juga saja lagi lah kah pun para sang si bila jika kalau karena sebab agar supaya seperti sebagai antara tanpa sampai hingga sejak ketika saat waktu
  apa siapa mana kapan kenapa mengapa bagaimana berapa ya tak nggak gak kok sih dong deh yuk ayo halo hai selamat terima kasih pagi siang sore malam banyak sekali sangat lebih
  paling semua setiap hari orang anak rumah air makan minum pergi datang tolong maaf silakan kembali besok kemarin sekarang nanti nama satu dua tiga empat lima enam tujuh
  delapan sembilan sepuluh baik bagus indah besar kecil baru lama suka cinta hujan laut gunung kucing anjing burung ibu bapak ayah kakak adik teman kawan pak bu mas mbak nak
  lihat dengar kata bilang tahu punya hidup mati jalan pulang masuk keluar naik turun buka tutup`.split(/\s+/),
)

const unstressed = new Set('di ke dari yang dan atau untuk dengan pada oleh si sang para akan pun itu ini'.split(' '))

/** Stems that the rules below would read wrongly, with their é; each other e of theirs is a schwa. */
const stems = new Map(
  `méja mérah bésok béda énak ékor héran séhat boléh oléh keréta léwat réla désa béla pésta keméja ékonomi énérgi éropa és héwan idé hébat déwa déwi déwasa téh tés édisi éja ékspor
  télépon télévisi téknik téknologi réstoran hotél modél nénék sén sénat péta pétak élang élok téma mémang pérak merdéka metodé méter sepéda jendéla bendéra geréja bébas péna bél sél
  rém lém émbér kué kéju kécap téror détik lébar céwék jelék kérén bérés béngkél selesai séri médan révolusi résmi hélikopter séptémber désémber novémber fébruari kaléng lémpar dérét
  gésér mérk mérék méwah séwa léréng énggak gémbok géndong élit énsiklopédi témpé soré ténis téks réporter réktor`
    .split(/\s+/u)
    .map((marked) => [marked.replaceAll('é', 'e'), marked.replaceAll('e', 'ə')] as const),
)

const prefix = /^(?:(?:di|ke|se)?(?:memper|diper|mem|men|meng|meny|me|ber|bel|ter|pem|pen|peng|peny|per|pe|se|ke)(?=\p{L}{3}))/u
const suffix = /(?:(?:kan|an|i)?(?:nya|ku|mu|lah|kah)|kan|an)$/u

const vowels = 'aiueoéə'

/** Writes é and ə where the word is said so. */
function brighten(word: string): string {
  if (!word.includes('e')) return word
  if (word === 'ke' || word === 'se') return word.replace('e', 'ə')
  const known = stems.get(word)
  if (known !== undefined) return known
  const end = suffix.exec(word)?.[0] ?? ''
  const shorter = end === '' ? word : word.slice(0, -end.length)
  const stem = /[aiueo].*[aiueo]/u.test(shorter) ? shorter : word
  const tail = word.slice(stem.length)
  const head = prefix.exec(stem)?.[0] ?? ''
  const root = stem.slice(head.length)
  const dull = head.replaceAll('e', 'ə')
  if (stems.has(stem)) return stems.get(stem)! + tail
  if (stems.has(root)) return dull + stems.get(root)! + tail
  return (/[aiueo].*[aiueo]/u.test(root) ? dull + byRule(root) : byRule(stem)) + tail
}

/** é in a last syllable, and before one with é (nenek, tempe); else schwa. Loans in -er and -el have a schwa there. */
function byRule(root: string): string {
  const letters = [...root]
  const at = letters.flatMap((letter, i) => ('aiueo'.includes(letter) ? [i] : []))
  const last = at.at(-1)
  for (const [k, i] of at.entries()) {
    if (letters[i] !== 'e') continue
    const ending = letters.slice(i).join('')
    const final = i === last && (ending === 'e' || !/^(?:er|el|en|et|em)$/u.test(ending) || at.every((j) => letters[j] === 'é' || letters[j] === 'e'))
    const before = k === at.length - 2 && 'e' === root[last!]
    letters[i] = final || before || at.length === 1 ? 'é' : 'ə'
  }
  return letters.join('')
}

const consonants: [string, string][] = [
  ['ngg', 'ng g'],
  ['ngk', 'ng kk'],
  ['ng', 'ng'],
  ['ny', 'ny'],
  ['sy', 'sh'],
  ['kh', 'kh'],
  ['nc', 'ny ch'],
  ['nj', 'ny jh'],
  ['nk', 'ng kk'],
  ['b', 'b'],
  ['c', 'ch'],
  ['d', 'd'],
  ['f', 'f'],
  ['g', 'g'],
  ['h', 'hh'],
  ['j', 'jh'],
  ['k', 'kk'],
  ['l', 'l'],
  ['m', 'm'],
  ['n', 'n'],
  ['p', 'pp'],
  ['q', 'kk'],
  ['r', 'rr'],
  ['s', 's'],
  ['t', 'tt'],
  ['v', 'f'],
  ['w', 'w'],
  ['x', 'kk s'],
  ['y', 'y'],
  ['z', 'z'],
]

/** Final stops are said without voice; k is a catch in the throat. */
const finals: Record<string, string> = { b: 'pp', d: 'tt', g: 'kk', kk: 'q' }

/** A word of letters, lower-case -> phones, a vowel's stress behind it. */
export function pronounceIndonesian(word: string): string[] {
  const text = brighten(word.normalize('NFC').replaceAll(/[éè]/gu, 'é').replaceAll(/[êë]/gu, 'ə').replaceAll(/[^a-zéə]/gu, '').replaceAll(/(.)\1{2,}/gu, '$1'))
  const diphthong = /(?:ai|au|oi)(?=(?:nya|ku|mu|lah|kah)?$)/u.exec(text)
  /** Phones; vowels marked by where they stand. */
  const phones: string[] = []
  const syllables: number[] = []
  for (let i = 0; i < text.length; ) {
    const letter = text[i]!
    if (vowels.includes(letter)) {
      const two = text.slice(i, i + 2)
      const saudara = two === 'au' && text.startsWith('sauda')
      if ((diphthong?.index === i && text.length > 2) || saudara) {
        syllables.push(phones.push({ ai: 'ay', au: 'aw', oi: 'oy' }[two]!) - 1)
        i += 2
        continue
      }
      // A catch between two vowels of one kind (saat, keempat), a glide where a high vowel goes on into another (dia, dua).
      const before = text[i - 1]
      if (before !== undefined && vowels.includes(before)) {
        if (before === letter || ('eéə'.includes(before) && 'eéə'.includes(letter))) phones.push('q')
        else if (before === 'i') phones.push('y')
        else if (before === 'u') phones.push('w')
      }
      const closed = /^[^aiueoéə]+(?:$|[^aiueoéəylrw])/u.test(text.slice(i + 1)) && !/^(?:ng|ny|sy|kh)[aiueoéə]/u.test(text.slice(i + 1))
      const last = !/[aiueoéə]/u.test(text.slice(i + 1))
      const phone = { a: 'a', i: closed && last ? 'ih' : 'iy', u: closed && last ? 'uh' : 'uw', o: closed ? 'ao' : 'o', é: closed && last ? 'eh' : 'e', ə: 'ax' }[letter]!
      syllables.push(phones.push(phone) - 1)
      i++
      continue
    }
    const [spelled, said] = consonants.find(([spelled]) => text.startsWith(spelled, i)) ?? [letter, '']
    const between = i > 0 && vowels.includes(text[i - 1]!) && vowels.includes(text[i + 1] ?? ' ')
    if (spelled === 'r') phones.push(between ? 'dx' : 'rr')
    else if (said !== '') phones.push(...said.split(' '))
    const left = text.slice(i + spelled.length)
    const ends = left === '' || (/^(?:nya|ku|mu|lah|kah|kan)$/u.test(left) && spelled === 'k')
    const final = phones.at(-1)
    if (ends && final !== undefined && finals[final] !== undefined && syllables.length > 0) phones[phones.length - 1] = finals[final]!
    i += spelled.length
  }
  if (!unstressed.has(word) && syllables.length > 0) {
    const penult = syllables.at(-2)
    const at = penult === undefined || phones[penult] === 'ax' ? syllables.at(-1)! : penult
    phones[at] += '1'
  }
  return phones
}

export const indonesianLetters: Record<string, string> = Object.fromEntries(
  'a:a b:bé c:cé d:dé e:é f:éf g:gé h:ha i:i j:jé k:ka l:él m:ém n:én o:o p:pé q:ki r:ér s:és t:té u:u v:fé w:wé x:éks y:yé z:zét'.split(' ').map((pair) => pair.split(':') as [string, string]),
)

/** Could a word be Indonesian by its looks? By affix, or since its letters go together as they do there. */
export const hasAffix = (word: string) => (/^(?:me[mn]|meng|meny|ber|ter|pem|pen|peng|peny|di|ke|se)\p{L}{3,}/u.test(word) && /[aiu]\p{L}*[aiu]/u.test(word)) || /\p{L}{3,}(?:nya|kan|lah|kah)$/u.test(word)
export const looksIndonesian = (word: string) => /^(?:(?:ng|ny|sy|kh|[bcdfghjklmnprstwyz]?[rlwy]?)[aiueo](?:ng|[bdhklmnprst])?)+$/u.test(word)
