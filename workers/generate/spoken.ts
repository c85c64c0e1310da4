/** What is said aloud in a film: the quoted words of a prompt in which somebody speaks. By rules, so that a request alone tells it. */
import type { VoiceName } from './speech/tracks'
import type { GenerateRequest } from './types'

export interface Spoken {
  words: string
  voice: VoiceName
  whispered: boolean
}

const quoted = /["“„«]([^"“”„«»]+)["”“»]/g

/** Words by which somebody speaks, in English and Indonesian. */
const speaks =
  /(?<![\p{L}\p{N}])(says?|said|saying|speaks?|speaking|spoke|tells?|telling|told|talks?|talking|asks?|asking|asked|answers?|answering|repl(?:y|ies)|replying|calls?|calling|cries|shouts?|shouting|announces?|announcing|explains?|explaining|greets?|greeting|wish(?:es)?|wishing|reads?|reading|whispers?|whispering|whispered|berkata|kata(?:nya)?|bilang|mengatakan|bicara|berbicara|bertanya|tanya|menjawab|jawab|menyapa|mengucapkan|ucap(?:nya)?|ujar(?:nya)?|berseru|seru|menjelaskan|mengumumkan|membaca(?:kan)?|bercerita|berbisik|membisikkan|bisik(?:nya)?)(?![\p{L}\p{N}])/iu
const whispers = /(?<!\p{L})(whisper\w*|berbisik|membisikkan|bisik(?:nya)?)(?!\p{L})/iu
/** The first that is named speaks. */
const voices: [VoiceName, RegExp][] = [
  ['child', /(?<!\p{L})(child|children|kid|kids|boy|girl|toddler|schoolgirl|schoolboy|anak|bocah|balita)(?!\p{L})/iu],
  ['woman', /(?<!\p{L})(woman|women|lady|mother|mom|mum|sister|aunt|grandma|grandmother|queen|princess|she|her|wanita|perempuan|ibu|nenek|bibi|tante|gadis|kakak perempuan)(?!\p{L})/iu],
  ['man', /(?<!\p{L})(man|men|guy|gentleman|father|dad|brother|uncle|grandpa|grandfather|king|he|his|pria|lelaki|laki-laki|bapak|ayah|kakek|paman|om)(?!\p{L})/iu],
]

/** What somebody says who speaks, but whose words nobody wrote. */
const greetings = { en: 'Hello there. Nice to see you.', id: 'Halo. Senang bertemu denganmu.' }
const somebody = /(?<!\p{L})(someone|somebody|person|people|face|presenter|speaker|newsreader|teacher|friend|head|seseorang|orang|wajah|pembawa acara|penyiar|pembicara|guru|teman|kawan)(?!\p{L})/iu
const indonesian = /(?<!\p{L})(ber|me)(kata|bicara|bisik|ngatakan|njelaskan|tanya|nyapa|seru)|(?<!\p{L})(seorang|seseorang|wanita|perempuan|pria|anak|yang|bilang)(?!\p{L})/iu

/** null where nobody speaks. `prompt` may be a caption that tells more of the speaker than was written. */
export function spokenIn({ prompt, written = prompt }: Pick<GenerateRequest, 'prompt' | 'written'>): Spoken | null {
  const words = [...written.matchAll(quoted)].flatMap(([, text]) => text?.trim() || [])
  const around = written.replace(quoted, ' ')
  if (!speaks.test(around)) return null
  if (words.length === 0 && (voiceIn(prompt) ?? somebody.test(prompt))) words.push(greetings[indonesian.test(prompt) ? 'id' : 'en'])
  if (words.length === 0) return null
  return { words: words.join('. '), voice: voiceIn(around) ?? voiceIn(prompt.replace(quoted, ' ')) ?? 'woman', whispered: whispers.test(around) }
}

function voiceIn(text: string): VoiceName | undefined {
  const found = voices.flatMap(([voice, words]) => {
    const at = words.exec(text)?.index
    return at === undefined ? [] : [{ voice, at }]
  })
  return found.toSorted((a, b) => a.at - b.at)[0]?.voice
}
