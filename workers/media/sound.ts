/**
 * The sound track as encoded packets that begin exactly with the picture.
 *
 * Lossy codecs answer late: an AAC encoder puts 1,024 or more samples of nothing ("priming") before the first sound, and
 * how many differs between platforms. So the delay of the encoder at hand is measured once with a chirp, and the packets
 * are dated back by it; the MP4's edit list then hides the priming. Sound is small (16 kB/s) and therefore encoded whole,
 * before the picture: if one codec fails, the next can still be tried.
 */
import {
  AudioSample,
  AudioSampleSource,
  type EncodedPacket,
  Mp4OutputFormat,
  NullTarget,
  Output,
  Quality,
} from 'mediabunny'
import { EncodeError } from './errors'
import { withinSeconds } from './within'

/** Both codecs play anywhere at this rate; 16 kHz AAC and Opus do not. */
export const soundRate = 48_000

export interface EncodedSound {
  codec: 'aac' | 'opus'
  packets: EncodedPacket[]
  decoderConfig: AudioDecoderConfig
}

interface SoundCodec {
  codec: 'aac' | 'opus'
  /** Samples at 48 kHz from the start of the packets to the start of the sound. */
  delaySamples: number
}

let chosen: Promise<SoundCodec[]> | undefined

/**
 * `sound` (mono, at `soundRate`) as packets over exactly `seconds`, the first dated at or before 0.
 * Throws EncodeError when this browser can encode no sound.
 */
export async function encodeSound(sound: Float32Array, seconds: number): Promise<EncodedSound> {
  chosen ??= workingCodecs()
  for (const { codec, delaySamples } of await chosen) {
    // Silence after the end pushes the delayed last sound out of the encoder.
    const padded = new Float32Array(sound.length + delaySamples)
    padded.set(sound)
    const encoded = await encode(codec, padded).catch(() => undefined)
    if (encoded) return { ...encoded, packets: dated(encoded.packets, delaySamples / soundRate, seconds) }
  }
  chosen = undefined
  throw new EncodeError(
    'This browser can encode no sound: neither AAC nor Opus worked. No file was written. Try a current Chrome, Edge, Firefox or Safari.',
  )
}

/** The codecs that encoded the chirp here, best first, with their delays. */
async function workingCodecs(): Promise<SoundCodec[]> {
  const native = await tryCodec('aac')
  if (native) return [native]
  // Desktop Linux and every Firefox: no AAC encoder. Ours is loaded only then (1 MB).
  const { registerAacEncoder } = await import('@mediabunny/aac-encoder')
  registerAacEncoder()
  const tried = [await tryCodec('aac'), await tryCodec('opus')]
  return tried.filter((codec) => codec !== undefined)
}

async function tryCodec(codec: 'aac' | 'opus'): Promise<SoundCodec | undefined> {
  const probe = new Float32Array(soundRate / 2)
  probe.set(chirp, chirpStart)
  try {
    const encoded = await withinSeconds(10, encode(codec, probe))
    return { codec, delaySamples: await withinSeconds(10, measureDelay(encoded)).catch(() => usualDelay[codec]) }
  } catch {
    return undefined
  }
}

/** Of encoders whose output cannot be decoded here: FFmpeg's AAC; libopus says it itself, and players obey. */
const usualDelay = { aac: 1024, opus: 312 }

/** Ten milliseconds from 500 Hz to 6 kHz: unlike a click it survives lossy coding, unlike a tone it fits at one lag only. */
const chirp = Float32Array.from({ length: 480 }, (_, n) => {
  const t = n / 480
  return 0.5 * Math.sin(Math.PI * t) * Math.sin(2 * Math.PI * 480 * (500 * t + 2750 * t * t) / soundRate)
})
const chirpStart = 9600

/** Where the chirp is after decoding, less where it was put: the lag of the greatest correlation. */
async function measureDelay({ packets, decoderConfig }: Omit<EncodedSound, 'codec'>): Promise<number> {
  const decoded = await decode(packets, decoderConfig)
  let best = 0
  let bestLag = 0
  for (let lag = -chirpStart; lag < decoded.length - chirpStart - chirp.length; lag++) {
    let sum = 0
    for (let i = 0; i < chirp.length; i++) sum += chirp[i]! * decoded[chirpStart + lag + i]!
    if (sum > best) {
      best = sum
      bestLag = lag
    }
  }
  const energy = chirp.reduce((sum, x) => sum + x * x, 0)
  if (best < energy / 4 || bestLag < 0) throw new EncodeError('The sound encoder does not give back what it was given.')
  return bestLag
}

/** The first half second of `packets` as samples, placed by their timestamps. */
async function decode(packets: EncodedPacket[], decoderConfig: AudioDecoderConfig): Promise<Float32Array> {
  const decoded = new Float32Array(soundRate)
  let failure: DOMException | undefined
  const decoder = new AudioDecoder({
    output(data) {
      const samples = new Float32Array(data.numberOfFrames)
      data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
      const start = Math.round((data.timestamp * soundRate) / 1e6)
      samples.forEach((sample, i) => {
        if (start + i >= 0 && start + i < decoded.length) decoded[start + i] = sample
      })
      data.close()
    },
    error(cause) {
      failure = cause
    },
  })
  try {
    decoder.configure(decoderConfig)
    for (const packet of packets) decoder.decode(packet.toEncodedAudioChunk())
    await decoder.flush()
  } finally {
    if (decoder.state !== 'closed') decoder.close()
  }
  if (failure) throw failure
  return decoded
}

/** Encodes `sound` (48 kHz mono) from timestamp 0. */
async function encode(codec: 'aac' | 'opus', sound: Float32Array): Promise<EncodedSound> {
  const packets: EncodedPacket[] = []
  let decoderConfig: AudioDecoderConfig | undefined
  const source = new AudioSampleSource({
    codec,
    quality: new Quality({ bitrate: 128_000 }),
    onEncodedPacket(packet, meta) {
      packets.push(packet)
      decoderConfig ??= meta?.decoderConfig
    },
  })
  const output = new Output({ format: new Mp4OutputFormat(), target: new NullTarget() })
  output.addAudioTrack(source)
  try {
    await output.start()
    for (let start = 0; start < sound.length; start += soundRate) {
      const data = sound.slice(start, start + soundRate)
      const timestamp = start / soundRate
      const sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate: soundRate, timestamp })
      try {
        await source.add(sample)
      } finally {
        sample.close()
      }
    }
    await output.finalize()
  } catch (cause) {
    await output.cancel()
    throw cause
  }
  if (!decoderConfig || packets.length === 0) throw new EncodeError('The sound encoder gave nothing.')
  return { codec, packets, decoderConfig }
}

/** The packets `delay` seconds earlier, without those that lie wholly outside 0…`seconds`, the last one cut to its end. */
function dated(packets: EncodedPacket[], delay: number, seconds: number): EncodedPacket[] {
  return packets
    .map((packet) => packet.clone({ timestamp: packet.timestamp - delay }))
    .filter((packet) => packet.timestamp < seconds - 1e-6)
    .map((packet) => packet.clone({ duration: Math.min(packet.duration, seconds - packet.timestamp) }))
}
