/** What a film file really holds, by FFmpeg: a reader that shares no code with the one that wrote it. */
import { spawnSync } from 'node:child_process'

interface Stream {
  codec_name: string
  codec_type: 'video' | 'audio'
  width?: number
  height?: number
  duration: string
  sample_rate?: string
  start_time: string
  color_space?: string
  color_range?: string
  pix_fmt?: string
}

export interface Probe {
  video: Stream
  audio: Stream
  seconds: number
  tags: Record<string, string>
}

export function probe(file: string): Probe {
  const text = execute('ffprobe', ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file]).toString()
  const { streams, format } = JSON.parse(text) as { streams: Stream[]; format: { duration: string; tags?: Record<string, string> } }
  const of = (type: string): Stream => {
    const found = streams.filter(({ codec_type }) => codec_type === type)
    if (found.length !== 1) throw new Error(`${file} has ${found.length} ${type} streams, not 1.`)
    return found[0]!
  }
  return { video: of('video'), audio: of('audio'), seconds: Number(format.duration), tags: format.tags ?? {} }
}

/** What FFmpeg says of a file while it decodes all of it: nothing of a sound one. */
export function complaints(file: string): string {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'warning', '-i', file, '-map', '0:v', '-map', '0:a', '-f', 'null', '-'], { encoding: 'utf8' })
  return status === 0 ? stderr : `${stderr}\nFFmpeg ended with status ${status}.`
}

/** Presentation times (s) of all packets of the picture that are key frames. */
export function keyFrameTimes(file: string): number[] {
  const args = ['-v', 'error', '-select_streams', 'v', '-skip_frame', 'nokey', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', file]
  return execute('ffprobe', args).toString().split('\n').filter(Boolean).map(Number.parseFloat)
}

export interface Picture {
  width: number
  height: number
  /** Per frame: height · width · 3 */
  frames: Uint8Array[]
}

/** Every frame, decoded, as RGB. */
export function frames(file: string): Picture {
  const { width, height } = probe(file).video
  if (!width || !height) throw new Error(`${file} has no picture size.`)
  const bytes = execute('ffmpeg', ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'])
  const size = width * height * 3
  return { width, height, frames: Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size)) }
}

/** The sound as a player gives it out (mono, −1…1), from the film's first instant on. */
export function sound(file: string, rate = 48_000): Float32Array {
  // `aresample=async` fills from time 0, so that an offset between the streams shows as an offset here.
  const filter = ['-af', 'aresample=async=1:first_pts=0']
  const bytes = execute('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:a', ...filter, '-ac', '1', '-ar', String(rate), '-f', 'f32le', '-'])
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Brightest less darkest value. */
export function range(values: Uint8Array): number {
  return values.reduce((most, x) => Math.max(most, x), 0) - values.reduce((least, x) => Math.min(least, x), 255)
}

/** Mean |difference| of two pictures, in 8-bit steps. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return 255
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}

/** Root mean square, 0…1. */
export function loudness(samples: Float32Array): number {
  return Math.sqrt(mean(samples.map((x) => x * x)))
}

const SQUARE = 8

/** The mean of every square of 8 × 8 pixels of a picture as wide as high, in each colour: what is left of noise that was coded. @param channels 3 for RGB, 4 for RGBA */
export function coarse(picture: Uint8Array, channels: 3 | 4 = 3): Float32Array {
  const side = Math.sqrt(picture.length / channels)
  const across = side / SQUARE
  const result = new Float32Array(across * across * 3)
  picture.forEach((value, i) => {
    const channel = i % channels
    if (channel === 3) return
    const [x, y] = [Math.floor(i / channels) % side, Math.floor(i / channels / side)]
    result[(Math.floor(y / SQUARE) * across + Math.floor(x / SQUARE)) * 3 + channel]! += value / SQUARE ** 2
  })
  return result
}

/** Mean |difference| of two such. */
export const distance = (a: Float32Array, b: Float32Array): number => mean(a.map((x, i) => Math.abs(x - b[i]!)))

function execute(program: string, args: string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 2 ** 30 })
  if (error) throw new Error(`${program} is needed for this test and could not be run (${error.message}). Debian: apt install ffmpeg.`)
  if (status !== 0) throw new Error(`${program} failed: ${stderr.toString()}`)
  return stdout
}
